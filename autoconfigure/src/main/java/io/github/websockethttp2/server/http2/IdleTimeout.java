package io.github.websockethttp2.server.http2;

import java.time.Duration;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2FrameCodec;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.Http2ConnectionLiveness;
import reactor.netty.http.HttpConnectionLiveness;
import reactor.netty.http.IdleTimeoutHandler;

/**
 * The idle timeout of the server's connections. Reactor Netty applies it even if a
 * connection has sessions.
 *
 * @param duration the timeout, or {@code null} if there is none
 * @param pingAckTimeout how long the peer of an idle connection has to answer an HTTP/2
 * PING before the connection is closed, or {@code null} to close it without a PING
 * @param pingAckDropThreshold how many such PINGs may remain unanswered
 */
record IdleTimeout(@Nullable Duration duration, @Nullable Duration pingAckTimeout, int pingAckDropThreshold) {

	void suspend(ChannelPipeline pipeline) {
		if (this.duration != null) {
			IdleTimeoutHandler.removeIdleTimeoutHandler(pipeline);
		}
	}

	void resume(ChannelPipeline pipeline) {
		if (this.duration != null && pipeline.channel().isActive()) {
			IdleTimeoutHandler.addIdleTimeoutHandler(pipeline, this.duration, liveness(pipeline));
		}
	}

	/**
	 * Returns what Reactor Netty itself does with idle connections.
	 */
	private HttpConnectionLiveness liveness(ChannelPipeline pipeline) {
		Http2FrameCodec codec = pipeline.get(Http2FrameCodec.class);
		return (codec != null && this.pingAckTimeout != null)
				? new Http2ConnectionLiveness(codec, this.pingAckDropThreshold, this.pingAckTimeout.toNanos())
				: HttpConnectionLiveness.CLOSE;
	}

}
