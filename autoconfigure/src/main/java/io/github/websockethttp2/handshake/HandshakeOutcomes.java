package io.github.websockethttp2.handshake;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells listeners how handshakes end. While nobody listens, handshakes are not observed
 * and cost nothing more. Thread-safe.
 */
public final class HandshakeOutcomes {

	private static final Log logger = LogFactory.getLog(HandshakeOutcomes.class);

	private final List<HandshakeListener> listeners = new CopyOnWriteArrayList<>();

	private final AtomicBoolean warned = new AtomicBoolean();

	/**
	 * Adds a listener, which is told of handshakes that begin from now on.
	 * @param listener the listener
	 */
	public void addListener(HandshakeListener listener) {
		this.listeners.add(listener);
	}

	/**
	 * Removes a listener.
	 * @param listener the listener
	 */
	public void removeListener(HandshakeListener listener) {
		this.listeners.remove(listener);
	}

	/**
	 * Returns whether anybody listens.
	 * @return {@code false} if handshakes need not be observed
	 */
	public boolean isObserved() {
		return !this.listeners.isEmpty();
	}

	/**
	 * Tells that a WebSocket has opened.
	 * @param handshake the handshake
	 */
	public void accepted(Handshake handshake) {
		tell((listener) -> listener.accepted(handshake));
	}

	/**
	 * Tells that a handshake was refused.
	 * @param handshake the handshake
	 * @param refusal the answer
	 */
	public void refused(Handshake handshake, HandshakeRefusal refusal) {
		tell((listener) -> listener.refused(handshake, refusal));
	}

	private void tell(Consumer<HandshakeListener> outcome) {
		for (HandshakeListener listener : this.listeners) {
			try {
				outcome.accept(listener);
			}
			catch (Throwable ex) {
				log(ex);
			}
		}
	}

	/**
	 * Logs one warning only, since strangers cause handshakes at will.
	 */
	private void log(Throwable ex) {
		String message = "A listener of WebSocket handshakes threw";
		if (this.warned.compareAndSet(false, true)) {
			logger.warn(message + ". More of the kind are logged at DEBUG", ex);
		}
		else {
			logger.debug(message, ex);
		}
	}

}
