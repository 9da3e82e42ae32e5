package io.github.websockethttp2.server.http2;

import java.util.Arrays;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.Http2SettingsSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServerConfig;

import org.springframework.boot.web.server.reactive.context.ReactiveWebServerInitializedEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;

/**
 * Logs one line at start-up that says whether WebSocket over HTTP/2 is on: with which
 * settings, or why it is off and what still works.
 */
public final class Http2StatusReport implements ApplicationListener<ReactiveWebServerInitializedEvent> {

	private static final Log logger = LogFactory.getLog(Http2StatusReport.class);

	private final ApplicationContext context;

	private final @Nullable String switchedOffBy;

	private volatile @Nullable HttpServerConfig config;

	private volatile @Nullable String culprit;

	/**
	 * Create a report.
	 * @param context the application whose server is reported
	 * @param switchedOffBy the property that switches WebSocket over HTTP/2 off, or
	 * {@code null} if none does
	 */
	public Http2StatusReport(ApplicationContext context, @Nullable String switchedOffBy) {
		this.context = context;
		this.switchedOffBy = switchedOffBy;
	}

	/**
	 * Records the configuration of the server.
	 * @param config the configuration with which the server is bound
	 * @param culprit who has switched HTTP/2 off again, or {@code null} if unknown
	 */
	void bound(HttpServerConfig config, @Nullable String culprit) {
		this.culprit = culprit;
		this.config = config;
	}

	@Override
	public void onApplicationEvent(ReactiveWebServerInitializedEvent event) {
		HttpServerConfig config = this.config;
		if (config == null || event.getApplicationContext() != this.context) {
			return;
		}
		int port = event.getWebServer().getPort();
		String handlers = handlers();
		String whyOff = whyOff(config);
		if (this.switchedOffBy != null) {
			logger.info(new Http2Status(false,
					this.switchedOffBy + " is false. Port " + port + " serves " + handlers + " over HTTP/1.1"));
		}
		else if (whyOff != null) {
			String culprit = this.culprit;
			logger.warn("WebSocket over HTTP/2 does not work: " + whyOff + ", by "
					+ ((culprit != null) ? culprit : "a customization that runs after the starter's") + ". Port " + port
					+ " serves " + handlers + " over HTTP/1.1");
		}
		else {
			logger.info(new Http2Status(true, "port " + port + ", " + security(config) + ", " + streams(config)
					+ " streams a connection, " + handlers));
		}
	}

	/**
	 * Returns why a server does not offer WebSocket over HTTP/2.
	 * @param config the server's configuration
	 * @return the reason, or {@code null} if the server offers it
	 */
	static @Nullable String whyOff(HttpServerConfig config) {
		List<HttpProtocol> protocols = Arrays.asList(config.protocols());
		if (!protocols.contains(HttpProtocol.H2) && !protocols.contains(HttpProtocol.H2C)) {
			return "HTTP/2 is not among the server's protocols";
		}
		Http2SettingsSpec settings = config.http2SettingsSpec();
		if (settings == null || !Boolean.TRUE.equals(settings.connectProtocolEnabled())) {
			return "SETTINGS_ENABLE_CONNECT_PROTOCOL is switched off";
		}
		return null;
	}

	private static String security(HttpServerConfig config) {
		boolean tls = Arrays.asList(config.protocols()).contains(HttpProtocol.H2);
		return (tls) ? "TLS" : "cleartext (browsers need TLS for HTTP/2: set server.ssl.*)";
	}

	private static String streams(HttpServerConfig config) {
		Http2SettingsSpec settings = config.http2SettingsSpec();
		return (settings != null) ? settings.maxConcurrentStreams().toString() : "no";
	}

	private String handlers() {
		int count = new MappedHandlers(this.context).count();
		return count + " WebSocket handler" + ((count != 1) ? "s" : "");
	}

}
