package io.github.websockethttp2.server.http2;

import org.jspecify.annotations.Nullable;

/**
 * The HTTP/2 settings that the server sends, where neither the user nor Boot has set
 * others.
 *
 * @param streamWindowSize how many bytes a client may send on a stream before it has to
 * wait (SETTINGS_INITIAL_WINDOW_SIZE; RFC 9113, section 6.5.2)
 * @param maxStreamsPerConnection how many streams a client may have open at a time
 * (SETTINGS_MAX_CONCURRENT_STREAMS; RFC 9113, section 6.5.2)
 * @param maxClientResets how many streams a client may reset within
 * {@code maxClientResetsSeconds} before it counts as an attacker
 * @param maxClientResetsSeconds the period in which resets are counted, in seconds
 * @param switchedOffBy the property that switches WebSocket over HTTP/2 off, or
 * {@code null} if none does
 */
public record Http2ServerSettings(int streamWindowSize, long maxStreamsPerConnection, int maxClientResets,
		int maxClientResetsSeconds, @Nullable String switchedOffBy) {

}
