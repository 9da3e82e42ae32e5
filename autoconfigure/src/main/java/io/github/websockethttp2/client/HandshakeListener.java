package io.github.websockethttp2.client;

import java.util.function.Function;

import io.github.websockethttp2.channel.SessionOpening;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Error;

/**
 * Hears what becomes of a handshake: one call, on the channel's event loop.
 */
interface HandshakeListener {

	/**
	 * The server accepts.
	 * @param channel the socket's channel
	 * @param answer the answer
	 * @param start begins the session on the channel, and returns whether it has
	 */
	void accepted(Channel channel, HandshakeAnswer answer, Function<SessionOpening, Boolean> start);

	/**
	 * The server answers with a status that does not accept.
	 */
	void refused(HandshakeAnswer answer);

	/**
	 * The server resets the stream instead of an answer (RFC 9113, section 6.4).
	 */
	void reset(Http2Error error);

	/**
	 * The connection is gone.
	 * @param cause why
	 * @param processed whether the server may have seen the request
	 */
	void lost(Throwable cause, boolean processed);

}
