package io.github.websockethttp2.testsupport;

import io.netty.handler.codec.http2.Http2Error;

/**
 * How the bytes that carry a WebSocket ended.
 *
 * @param kind the kind of end
 * @param error the error code of a RST_STREAM, otherwise {@code null}
 */
public record EndOfBytes(Kind kind, Http2Error error) {

	/**
	 * END_STREAM over HTTP/2.
	 */
	public static final EndOfBytes END_STREAM = new EndOfBytes(Kind.END_STREAM, null);

	/**
	 * The connection was closed in an orderly way; over HTTP/2, before the stream ended.
	 */
	public static final EndOfBytes TCP_CLOSED = new EndOfBytes(Kind.TCP_CLOSED, null);

	/**
	 * The connection was reset.
	 */
	public static final EndOfBytes TCP_RESET = new EndOfBytes(Kind.TCP_RESET, null);

	/**
	 * The end by a RST_STREAM frame.
	 * @param error its error code
	 * @return the end
	 */
	public static EndOfBytes reset(Http2Error error) {
		return new EndOfBytes(Kind.RESET, error);
	}

	/**
	 * The kinds of end.
	 */
	public enum Kind {

		/**
		 * END_STREAM over HTTP/2.
		 */
		END_STREAM,

		/**
		 * RST_STREAM over HTTP/2.
		 */
		RESET,

		/**
		 * The connection was closed.
		 */
		TCP_CLOSED,

		/**
		 * The connection was reset.
		 */
		TCP_RESET

	}

}
