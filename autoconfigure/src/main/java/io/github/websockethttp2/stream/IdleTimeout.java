package io.github.websockethttp2.stream;

import java.time.Duration;

import io.netty.channel.ChannelPipeline;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.HttpConnectionLiveness;
import reactor.netty.http.IdleTimeoutHandler;

/**
 * The idle timeout of the server's connections, which Reactor Netty applies whether
 * sessions live on a connection or not.
 *
 * @param duration the timeout, or {@code null} if there is none
 */
record IdleTimeout(@Nullable Duration duration) {

	void suspend(ChannelPipeline pipeline) {
		if (this.duration != null) {
			IdleTimeoutHandler.removeIdleTimeoutHandler(pipeline);
		}
	}

	void resume(ChannelPipeline pipeline) {
		if (this.duration != null && pipeline.channel().isActive()) {
			IdleTimeoutHandler.addIdleTimeoutHandler(pipeline, this.duration, HttpConnectionLiveness.CLOSE);
		}
	}

}
