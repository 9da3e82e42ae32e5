package io.github.websockethttp2.server.http2;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import reactor.netty.http.Http2SettingsSpec;

/**
 * Merges HTTP/2 settings. {@code HttpServer.http2Settings} starts from nothing each time
 * it is called, so that the last of several customizers would overwrite the settings of
 * all others. Here the last to set a field wins only that field.
 */
final class Http2SettingsMerger {

	private static final Http2SettingsSpec DEFAULTS = Http2SettingsSpec.builder().build();

	private Http2SettingsMerger() {
	}

	/**
	 * Merges settings: each field comes from {@code upper} if it is set there, and
	 * otherwise from {@code lower}. A field that always has a value counts as set if the
	 * value differs from the default.
	 * @param lower the previous settings, or {@code null} if there are none
	 * @param upper the settings that take precedence, or {@code null} if there are none
	 * @return the merged settings
	 */
	static Http2SettingsSpec merge(@Nullable Http2SettingsSpec lower, @Nullable Http2SettingsSpec upper) {
		Http2SettingsSpec.Builder builder = Http2SettingsSpec.builder();
		copy((lower != null) ? lower : DEFAULTS, builder);
		copy((upper != null) ? upper : DEFAULTS, builder);
		return builder.build();
	}

	/**
	 * Copies the fields that are set to a builder.
	 * @param from the settings
	 * @param to the builder
	 */
	static void copy(Http2SettingsSpec from, Http2SettingsSpec.Builder to) {
		Boolean connectProtocolEnabled = from.connectProtocolEnabled();
		if (connectProtocolEnabled != null) {
			to.connectProtocolEnabled(connectProtocolEnabled);
		}
		Long headerTableSize = from.headerTableSize();
		if (headerTableSize != null) {
			to.headerTableSize(headerTableSize);
		}
		Integer initialWindowSize = from.initialWindowSize();
		if (initialWindowSize != null) {
			to.initialWindowSize(initialWindowSize);
		}
		Integer maxFrameSize = from.maxFrameSize();
		if (maxFrameSize != null) {
			to.maxFrameSize(maxFrameSize);
		}
		Long maxStreams = from.maxStreams();
		if (maxStreams != null) {
			to.maxStreams(maxStreams);
		}
		copyResetLimits(from, to);
		copyPings(from, to);
		if (!from.maxConcurrentStreams().equals(DEFAULTS.maxConcurrentStreams())) {
			to.maxConcurrentStreams(from.maxConcurrentStreams());
		}
		if (!from.maxHeaderListSize().equals(DEFAULTS.maxHeaderListSize())) {
			to.maxHeaderListSize(from.maxHeaderListSize());
		}
	}

	private static void copyResetLimits(Http2SettingsSpec from, Http2SettingsSpec.Builder to) {
		Integer decoded = from.maxDecodedRstFramesPerWindow();
		Integer decodedSeconds = from.maxDecodedRstFramesSecondsPerWindow();
		if (decoded != null && decodedSeconds != null) {
			to.maxDecodedRstFramesPerWindow(decoded, decodedSeconds);
		}
		Integer encoded = from.maxEncodedRstFramesPerWindow();
		Integer encodedSeconds = from.maxEncodedRstFramesSecondsPerWindow();
		if (encoded != null && encodedSeconds != null) {
			to.maxEncodedRstFramesPerWindow(encoded, encodedSeconds);
		}
	}

	private static void copyPings(Http2SettingsSpec from, Http2SettingsSpec.Builder to) {
		if (!from.pingAckDropThreshold().equals(DEFAULTS.pingAckDropThreshold())) {
			to.pingAckDropThreshold(from.pingAckDropThreshold());
		}
		Duration pingAckTimeout = from.pingAckTimeout();
		if (pingAckTimeout != null) {
			to.pingAckTimeout(pingAckTimeout);
		}
	}

}
