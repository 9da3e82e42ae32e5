package io.github.websockethttp2.transport;

import java.util.ArrayDeque;
import java.util.Queue;

import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/**
 * The promises that a stream has made for its first so many bytes. Confined to the event
 * loop.
 */
final class SentPromises {

	private final Queue<SentPromise> promises = new ArrayDeque<>(2);

	/**
	 * Adds a promise behind those before.
	 * @param position how many bytes of the stream must have been sent
	 * @param promise the promise
	 */
	void add(long position, ChannelPromise promise) {
		this.promises.add(new SentPromise(position, promise));
	}

	/**
	 * Completes the promises for what has been sent, or all of them if the stream has
	 * failed.
	 * @param position how many bytes of the stream have been sent
	 * @param cause why nothing more is sent, or {@code null}
	 */
	void complete(long position, @Nullable Throwable cause) {
		SentPromise next = this.promises.peek();
		while (next != null && (cause != null || next.position <= position)) {
			this.promises.remove();
			complete(next.promise, cause);
			next = this.promises.peek();
		}
	}

	/**
	 * Completes a promise.
	 * @param promise the promise
	 * @param cause why it fails, or {@code null} if it does not
	 */
	static void complete(ChannelPromise promise, @Nullable Throwable cause) {
		if (cause != null) {
			promise.tryFailure(cause);
		}
		else {
			promise.trySuccess();
		}
	}

	private record SentPromise(long position, ChannelPromise promise) {
	}

}
