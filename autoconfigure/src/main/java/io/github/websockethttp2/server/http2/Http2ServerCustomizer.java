package io.github.websockethttp2.server.http2;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import reactor.netty.Connection;
import reactor.netty.http.Http2SettingsSpec;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerConfig;

import org.springframework.boot.reactor.netty.NettyServerCustomizer;

/**
 * Applies the customizers of the user and of Boot so that none overwrites the HTTP/2
 * settings of another, and adds what WebSocket over HTTP/2 needs.
 */
public final class Http2ServerCustomizer implements NettyServerCustomizer {

	private final Http2ServerSettings http2Settings;

	private final Http2Connections connections;

	private final Consumer<Connection> onRequest;

	private final List<NettyServerCustomizer> customizers;

	private final Http2StatusReport report;

	/**
	 * Create a customizer.
	 * @param http2Settings the settings of the server
	 * @param connections the server's HTTP/2 connections
	 * @param onRequest called with the connection or stream of each request, before the
	 * request is handled
	 * @param customizers the customizers to apply, in order
	 * @param report reports the result
	 */
	public Http2ServerCustomizer(Http2ServerSettings http2Settings, Http2Connections connections,
			Consumer<Connection> onRequest, List<NettyServerCustomizer> customizers, Http2StatusReport report) {
		this.http2Settings = http2Settings;
		this.connections = connections;
		this.onRequest = onRequest;
		this.customizers = List.copyOf(customizers);
		this.report = report;
	}

	@Override
	public HttpServer apply(HttpServer server) {
		HttpServer customized = withSettings(server, ours());
		String culprit = (!isOn(customized.configuration())) ? "the web server factory, on which HTTP/2 is disabled"
				: null;
		for (NettyServerCustomizer customizer : this.customizers) {
			boolean before = isOn(customized.configuration());
			customized = apply(customizer, customized);
			if (before && !isOn(customized.configuration())) {
				culprit = customizer.getClass().getName();
			}
		}
		if (this.http2Settings.switchedOffBy() != null) {
			// Last, since a customizer may advertise what is refused
			customized = withSettings(customized,
					Http2SettingsMerger.merge(customized.configuration().http2SettingsSpec(), ours()));
		}
		String lostBy = culprit;
		Duration idleTimeout = customized.configuration().idleTimeout();
		Http2SettingsSpec settings = Http2SettingsMerger.merge(ours(), customized.configuration().http2SettingsSpec());
		this.connections.check(settings);
		return customized
			.doOnChannelInit((observer, channel, address) -> this.connections.prepare(channel, settings, idleTimeout))
			.doOnConnection(this.onRequest)
			.doOnBind((config) -> this.report.bound(config, lostBy));
	}

	private Http2SettingsSpec ours() {
		Http2SettingsSpec.Builder ours = Http2SettingsSpec.builder();
		if (this.http2Settings.switchedOffBy() != null) {
			return ours.connectProtocolEnabled(false).build();
		}
		return ours.connectProtocolEnabled(true)
			.initialWindowSize(this.http2Settings.streamWindowSize())
			.maxConcurrentStreams(this.http2Settings.maxStreamsPerConnection())
			.maxDecodedRstFramesPerWindow(this.http2Settings.maxClientResets(),
					this.http2Settings.maxClientResetsSeconds())
			// Each frame still on its way to a reset stream causes a reset in return
			.maxEncodedRstFramesPerWindow(this.http2Settings.maxClientResets(),
					this.http2Settings.maxClientResetsSeconds())
			.build();
	}

	private static HttpServer apply(NettyServerCustomizer customizer, HttpServer server) {
		Http2SettingsSpec before = server.configuration().http2SettingsSpec();
		HttpServer customized = customizer.apply(server);
		Http2SettingsSpec after = customized.configuration().http2SettingsSpec();
		return (after != before) ? withSettings(customized, Http2SettingsMerger.merge(before, after)) : customized;
	}

	private static HttpServer withSettings(HttpServer server, Http2SettingsSpec settings) {
		return server.http2Settings((builder) -> Http2SettingsMerger.copy(settings, builder));
	}

	private static boolean isOn(HttpServerConfig config) {
		return Http2StatusReport.whyOff(config) == null;
	}

}
