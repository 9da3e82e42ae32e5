package io.github.websockethttp2.testsupport;

import io.netty.handler.codec.http2.Http2Error;

/**
 * A GOAWAY frame.
 *
 * @param error its error code
 * @param lastStreamId the last stream that the server may have acted on
 * @param debugText the debug data as text
 */
public record GoAway(Http2Error error, int lastStreamId, String debugText) {

}
