package io.github.websockethttp2.server.http2;

import org.jspecify.annotations.Nullable;

/**
 * What the server tells its HTTP/2 clients, where neither the user nor Boot has set it.
 *
 * @param streamWindowSize bytes that a client may send on a stream before it has to wait
 * (SETTINGS_INITIAL_WINDOW_SIZE; RFC 9113, section 6.5.2)
 * @param maxStreamsPerConnection streams that a client may have open at a time
 * (SETTINGS_MAX_CONCURRENT_STREAMS; RFC 9113, section 6.5.2)
 * @param maxClientResets streams that a client may reset within
 * {@code maxClientResetsSeconds} before it is taken for an attacker
 * @param maxClientResetsSeconds the seconds over which resets are counted
 * @param switchedOffBy the property that switches WebSocket over HTTP/2 off, or
 * {@code null} if none does
 */
public record Http2ServerSettings(int streamWindowSize, long maxStreamsPerConnection, int maxClientResets,
		int maxClientResetsSeconds, @Nullable String switchedOffBy) {

}
