package io.github.websockethttp2.session;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.socket.CloseStatus;

/**
 * The register behind {@link WebSocketSessions}, as those see it who open sessions, watch
 * over them and end them. A session costs an entry while it is open, and nothing per
 * message. Safe for use from any thread.
 */
public final class SessionRegistry implements WebSocketSessions {

	private static final Log logger = LogFactory.getLog(WebSocketSessions.class);

	private final Map<String, LiveSession> sessions = new ConcurrentHashMap<>();

	private final List<SessionListener> listeners = new CopyOnWriteArrayList<>();

	private final SessionEvents events = new SessionEvents();

	private final SessionBudget budget;

	private volatile boolean draining;

	/**
	 * Create a registry.
	 * @param maxSessions how many sessions there may be at a time
	 */
	public SessionRegistry(int maxSessions) {
		this.budget = new SessionBudget(maxSessions);
	}

	@Override
	public Collection<LiveSession> getAll() {
		return Collections.unmodifiableCollection(this.sessions.values());
	}

	@Override
	public @Nullable LiveSession get(String id) {
		return this.sessions.get(id);
	}

	@Override
	public int getCount() {
		return this.sessions.size();
	}

	@Override
	public Mono<Boolean> close(String id, CloseStatus status) {
		return Mono.defer(() -> {
			LiveSession session = get(id);
			return (session != null) ? session.close(status).thenReturn(true) : Mono.just(false);
		});
	}

	@Override
	public Flux<SessionEvent> events() {
		return this.events.asFlux();
	}

	/**
	 * Returns the budget that every session counts against.
	 * @return the budget
	 */
	public SessionBudget getBudget() {
		return this.budget;
	}

	/**
	 * Returns whether the server is going down and takes no new sessions.
	 * @return whether {@link #startDraining()} has been called, and
	 * {@link #endDraining()} has not since
	 */
	public boolean isDraining() {
		return this.draining;
	}

	/**
	 * From here on handshakes are refused.
	 */
	public void startDraining() {
		this.draining = true;
	}

	/**
	 * Adds a listener that hears of what happens from now on.
	 * @param listener the listener
	 */
	public void addListener(SessionListener listener) {
		this.listeners.add(listener);
	}

	/**
	 * Removes a listener.
	 * @param listener the listener
	 */
	public void removeListener(SessionListener listener) {
		this.listeners.remove(listener);
	}

	/**
	 * From here on handshakes are accepted again.
	 */
	public void endDraining() {
		this.draining = false;
	}

	/**
	 * Enters a session.
	 * @param session the session
	 */
	public void opened(LiveSession session) {
		this.sessions.put(session.getId(), session);
		tell(SessionListener::opened, session);
		this.events.emit(SessionEvent.Type.OPENED, session);
	}

	/**
	 * Removes a session, and lets everybody know.
	 * @param session the session
	 */
	public void closed(LiveSession session) {
		if (remove(session)) {
			emitClosed(session);
		}
	}

	/**
	 * Removes a session, and lets nobody but the listeners know.
	 * @param session the session
	 * @return whether it was there
	 */
	public boolean remove(LiveSession session) {
		boolean removed = this.sessions.remove(session.getId(), session);
		if (removed) {
			tell(SessionListener::closed, session);
		}
		return removed;
	}

	/**
	 * Lets the subscribers of {@link #events()} know that a session has been removed.
	 * @param session the session
	 */
	public void emitClosed(LiveSession session) {
		this.events.emit(SessionEvent.Type.CLOSED, session);
	}

	private void tell(BiConsumer<SessionListener, LiveSession> event, LiveSession session) {
		for (SessionListener listener : this.listeners) {
			try {
				event.accept(listener, session);
			}
			catch (Throwable ex) {
				logger.warn("A listener of WebSocket sessions threw", ex);
			}
		}
	}

}
