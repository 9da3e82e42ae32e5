package io.github.websockethttp2.frame;

import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.PromiseNotifier;
import org.jspecify.annotations.Nullable;

/**
 * The promises of several writes that become one. Void promises, which nobody looks at,
 * are not kept; usually there are no others.
 */
final class WritePromises {

	private @Nullable List<ChannelPromise> promises;

	void add(ChannelPromise promise) {
		if (!promise.isVoid()) {
			if (this.promises == null) {
				this.promises = new ArrayList<>(1);
			}
			this.promises.add(promise);
		}
	}

	boolean isEmpty() {
		return this.promises == null;
	}

	/**
	 * Hands the promises over: they complete or fail with the given write.
	 */
	void follow(ChannelFuture write) {
		List<ChannelPromise> promises = this.promises;
		if (promises != null) {
			this.promises = null;
			write.addListener(new PromiseNotifier<>(false, promises.toArray(ChannelPromise[]::new)));
		}
	}

	/**
	 * Fails the promises, since nothing will be written.
	 */
	void fail() {
		List<ChannelPromise> promises = this.promises;
		if (promises != null) {
			this.promises = null;
			ClosedChannelException closed = new ClosedChannelException();
			promises.forEach((promise) -> promise.tryFailure(closed));
		}
	}

}
