package io.github.websockethttp2.session;

import java.time.Duration;
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
 * The implementation of {@link WebSocketSessions}, with the methods for those who open
 * and end sessions or listen to them. A session costs an entry while it is open, and
 * nothing per message. Thread-safe.
 */
public final class SessionRegistry implements WebSocketSessions {

	private static final Log logger = LogFactory.getLog(WebSocketSessions.class);

	private final Map<String, LiveSession> sessions = new ConcurrentHashMap<>();

	private final List<SessionListener> listeners = new CopyOnWriteArrayList<>();

	private final SessionEvents events = new SessionEvents();

	private final SessionBudget budget;

	private final Duration slowAfter;

	private volatile boolean draining;

	private volatile @Nullable ServerTraffic traffic;

	/**
	 * Create a registry in which no session counts as slow.
	 * @param maxSessions the maximum number of sessions at a time
	 */
	public SessionRegistry(int maxSessions) {
		this(maxSessions, Duration.ZERO);
	}

	/**
	 * Create a registry.
	 * @param maxSessions the maximum number of sessions at a time
	 * @param slowAfter how long bytes may wait to be sent before their session counts as
	 * slow, or zero for any time
	 */
	public SessionRegistry(int maxSessions, Duration slowAfter) {
		this.budget = new SessionBudget(maxSessions);
		this.slowAfter = slowAfter;
		addListener(new SessionLog());
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
	 * Returns the server's budget, which every session counts against.
	 * @return the budget
	 */
	public SessionBudget getBudget() {
		return this.budget;
	}

	/**
	 * Returns how long bytes may wait to be sent before their session counts as slow.
	 * @return the time, or zero for any time
	 */
	public Duration getSlowAfter() {
		return this.slowAfter;
	}

	/**
	 * Returns what counts messages and frames.
	 * @return the counters, or {@code null} if nobody wants to know
	 */
	public @Nullable ServerTraffic getTraffic() {
		return this.traffic;
	}

	/**
	 * Sets what counts the messages and frames of sessions and connections that open from
	 * now on.
	 * @param traffic the counters
	 */
	public void setTraffic(ServerTraffic traffic) {
		this.traffic = traffic;
	}

	/**
	 * Returns whether the server is shutting down and opens no new sessions.
	 * @return whether {@link #startDraining()} has been called, and
	 * {@link #endDraining()} has not since
	 */
	public boolean isDraining() {
		return this.draining;
	}

	/**
	 * Refuses handshakes from now on.
	 */
	public void startDraining() {
		this.draining = true;
	}

	/**
	 * Adds a listener, which is called from now on.
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
	 * Accepts handshakes again.
	 */
	public void endDraining() {
		this.draining = false;
	}

	/**
	 * Registers a session that has opened, and tells listeners and subscribers.
	 * @param session the session
	 */
	public void opened(LiveSession session) {
		this.sessions.put(session.getId(), session);
		tell(SessionListener::opened, session);
		this.events.emit(SessionEvent.Type.OPENED, session);
	}

	/**
	 * Removes a session that has ended, and tells listeners and subscribers.
	 * @param session the session
	 */
	public void ended(LiveSession session) {
		if (remove(session)) {
			emitClosed(session);
		}
	}

	/**
	 * Removes a session, and tells the listeners only.
	 * @param session the session
	 * @return whether it was registered
	 */
	public boolean remove(LiveSession session) {
		boolean removed = this.sessions.remove(session.getId(), session);
		if (removed) {
			tell(SessionListener::ended, session);
		}
		return removed;
	}

	/**
	 * Tells the subscribers of {@link #events()} that a session has been removed.
	 * @param session the session
	 */
	public void emitClosed(LiveSession session) {
		this.events.emit(SessionEvent.Type.CLOSED, session);
	}

	/**
	 * Tells the subscribers of {@link #events()} that a session has become slow, or is no
	 * longer.
	 * @param session the session
	 * @param slow whether it is now
	 */
	public void emitSlow(LiveSession session, boolean slow) {
		this.events.emit((slow) ? SessionEvent.Type.SLOW : SessionEvent.Type.RECOVERED, session);
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
