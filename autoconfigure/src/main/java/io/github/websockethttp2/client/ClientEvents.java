package io.github.websockethttp2.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells the listeners, and is not harmed by what they throw.
 */
final class ClientEvents {

	private static final Log logger = LogFactory.getLog(ClientEvents.class);

	private static final Runnable NOBODY_LISTENS = () -> {
	};

	private final List<ClientListener> listeners;

	ClientEvents(List<ClientListener> listeners) {
		this.listeners = List.copyOf(listeners);
	}

	/**
	 * Tells the listeners.
	 * @param endpoint what it is about
	 * @param event calls a listener, with the endpoint
	 */
	void tell(Endpoint endpoint, BiConsumer<ClientListener, String> event) {
		for (ClientListener listener : this.listeners) {
			try {
				event.accept(listener, endpoint.toString());
			}
			catch (Throwable ex) {
				logger.warn("A listener of a WebSocket client threw", ex);
			}
		}
	}

	/**
	 * Tells the listeners that a socket waits for a stream.
	 * @return tells them once, however often it is called, that the socket waits no
	 * longer
	 */
	Runnable waiting(Endpoint endpoint) {
		if (this.listeners.isEmpty()) {
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
