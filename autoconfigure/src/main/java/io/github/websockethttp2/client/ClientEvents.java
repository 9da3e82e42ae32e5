package io.github.websockethttp2.client;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Tells the listener, if there is one, and is not harmed by what it throws.
 */
final class ClientEvents {

	private static final Log logger = LogFactory.getLog(ClientEvents.class);

	private static final Runnable NOBODY_LISTENS = () -> {
	};

	private final @Nullable ClientListener listener;

	ClientEvents(@Nullable ClientListener listener) {
		this.listener = listener;
	}

	/**
	 * Tells the listener.
	 * @param endpoint what it is about
	 * @param event calls the listener, with the endpoint
	 */
	void tell(Endpoint endpoint, BiConsumer<ClientListener, String> event) {
		ClientListener listener = this.listener;
		if (listener == null) {
			return;
		}
		try {
			event.accept(listener, endpoint.toString());
		}
		catch (Throwable ex) {
			logger.warn("A listener of a WebSocket client threw", ex);
		}
	}

	/**
	 * Tells the listener that a socket waits for a stream.
	 * @return tells it once, however often it is called, that the socket waits no longer
	 */
	Runnable waiting(Endpoint endpoint) {
		if (this.listener == null) {
			return NOBODY_LISTENS;
		}
		tell(endpoint, ClientListener::socketWaiting);
		long since = System.nanoTime();
		AtomicBoolean over = new AtomicBoolean();
		return () -> {
			if (over.compareAndSet(false, true)) {
				Duration time = Duration.ofNanos(System.nanoTime() - since);
				tell(endpoint, (listener, name) -> listener.socketWaited(name, time));
			}
		};
	}

}
