package io.github.websockethttp2.server.http2;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

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
 * Finds out at start-up whether WebSocket over HTTP/2 is on: with which settings, or why
 * it is off and what still works. Logs it in one line, and records it in the report of
 * conditions.
 */
public final class Http2StatusReport
		implements ApplicationListener<ReactiveWebServerInitializedEvent>, Http2Status.Source {

	private static final Log logger = LogFactory.getLog(Http2StatusReport.class);

	private final ApplicationContext context;

	private final @Nullable String switchedOffBy;

	private final Consumer<Http2Status> record;

	private volatile @Nullable HttpServerConfig config;

	private volatile @Nullable String culprit;

	private volatile @Nullable Http2Status status;

	/**
	 * Create a report.
	 * @param context the application whose server is reported
	 * @param switchedOffBy the property that switches WebSocket over HTTP/2 off, or
	 * {@code null} if none does
	 * @param record records the status besides the log
	 */
	public Http2StatusReport(ApplicationContext context, @Nullable String switchedOffBy, Consumer<Http2Status> record) {
		this.context = context;
		this.switchedOffBy = switchedOffBy;
		this.record = record;
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
		Http2Status status = status(config, event.getWebServer().getPort());
		this.status = status;
		status.log(logger);
		this.record.accept(status);
	}

	@Override
	public @Nullable Http2Status getStatus() {
		return this.status;
	}

	private Http2Status status(HttpServerConfig config, int port) {
		Http2Status.Server server = server(config, port);
		String handlers = handlers();
		String overHttp1 = ". Port " + port + " serves " + handlers + " over HTTP/1.1";
		String whyOff = whyOff(config);
		if (this.switchedOffBy != null) {
			return new Http2Status(Http2Status.State.OFF, this.switchedOffBy + " is false" + overHttp1, server);
		}
		if (whyOff != null) {
			String culprit = this.culprit;
			return new Http2Status(Http2Status.State.BROKEN, whyOff + ", by "
					+ ((culprit != null) ? culprit : "a customization that runs after the starter's") + overHttp1,
					server);
		}
		return new Http2Status(Http2Status.State.ON, "port " + port + ", " + security(config) + ", " + streams(config)
				+ " streams a connection, " + handlers, server);
	}

	private Http2Status.Server server(HttpServerConfig config, int port) {
		return new Http2Status.Server(port, config.sslProvider() != null, speaksHttp2(config), isAdvertised(config),
				this.switchedOffBy);
	}

	/**
	 * Returns why a server does not offer WebSocket over HTTP/2.
	 * @param config the server's configuration
	 * @return the reason, or {@code null} if the server offers it
	 */
	static @Nullable String whyOff(HttpServerConfig config) {
		if (!speaksHttp2(config)) {
			return "HTTP/2 is not among the server's protocols";
		}
		return (!isAdvertised(config)) ? "SETTINGS_ENABLE_CONNECT_PROTOCOL is switched off" : null;
	}

	private static boolean speaksHttp2(HttpServerConfig config) {
		List<HttpProtocol> protocols = Arrays.asList(config.protocols());
		return protocols.contains(HttpProtocol.H2) || protocols.contains(HttpProtocol.H2C);
	}

	private static boolean isAdvertised(HttpServerConfig config) {
		Http2SettingsSpec settings = config.http2SettingsSpec();
		return settings != null && Boolean.TRUE.equals(settings.connectProtocolEnabled());
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
