package io.github.websockethttp2.client;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * When a connection gets no more sockets, and is closed. Confined to the event loop.
 */
final class ConnectionAge {

	private final EventLoop eventLoop;

	private final Http2Connection connection;

	private final ClientSettings settings;

	private @Nullable Future<?> expiry;

	private @Nullable Future<?> retirement;

	ConnectionAge(EventLoop eventLoop, Http2Connection connection, ClientSettings settings) {
		this.eventLoop = eventLoop;
		this.connection = connection;
		this.settings = settings;
	}

	/**
	 * The connection is ready.
	 * @param onOld runs when its lifetime is over, and when its streams have used up
	 * nearly all identifiers (RFC 9113, section 5.1.1): as many are left as sockets may
	 * be on their way
	 */
	void begin(Runnable onOld) {
		Duration lifetime = this.settings.maxLifetime();
		if (lifetime != null) {
			this.expiry = schedule(onOld, lifetime);
		}
		long lastStreamId = Integer.MAX_VALUE - 2L * this.settings.maxSocketsPerConnection();
		this.connection.addListener(new Http2ConnectionAdapter() {

			@Override
			public void onStreamAdded(Http2Stream stream) {
				if (stream.id() >= lastStreamId) {
					onOld.run();
				}
			}

		});
	}

	/**
	 * The connection has no socket. A time that is running already begins anew.
	 * @param onTimeout looks whether the connection can be closed
	 */
	void idle(Runnable onTimeout) {
		cancel(this.retirement);
		this.retirement = schedule(onTimeout, this.settings.idleTimeout());
	}

	/**
	 * The connection is closed.
	 */
	void stop() {
		cancel(this.expiry);
		cancel(this.retirement);
	}

	private Future<?> schedule(Runnable task, Duration delay) {
		return this.eventLoop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
	}

	private static void cancel(@Nullable Future<?> task) {
		if (task != null) {
			task.cancel(false);
		}
	}

}
