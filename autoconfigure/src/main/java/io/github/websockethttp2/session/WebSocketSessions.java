package io.github.websockethttp2.session;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.web.reactive.socket.CloseStatus;

/**
 * The sessions of the server that are open, over HTTP/1.1 and HTTP/2 alike. A session
 * costs an entry while it is open, and nothing per message. Safe for use from any thread.
 */
public final class WebSocketSessions {

	private final Map<String, LiveSession> sessions = new ConcurrentHashMap<>();

	private final Sinks.Many<SessionEvent> events = Sinks.many().multicast().directBestEffort();

	private final Queue<SessionEvent> pending = new ConcurrentLinkedQueue<>();

	private final AtomicInteger emitting = new AtomicInteger();

	private final SessionBudget budget;

	private volatile boolean draining;

	/**
	 * Create a registry.
	 * @param maxSessions how many sessions there may be at a time
	 */
	public WebSocketSessions(int maxSessions) {
		this.budget = new SessionBudget(maxSessions);
	}

	/**
	 * Returns the open sessions.
	 * @return a view that follows what happens
	 */
	public Collection<LiveSession> getAll() {
		return Collections.unmodifiableCollection(this.sessions.values());
	}

	/**
	 * Returns an open session.
	 * @param id its id
	 * @return the session, or {@code null} if there is none or it has ended
	 */
	public @Nullable LiveSession get(String id) {
		return this.sessions.get(id);
	}

	/**
	 * Returns how many sessions are open.
	 * @return the number
	 */
	public int getCount() {
		return this.sessions.size();
	}

	/**
	 * Closes a session from outside its handler.
	 * @param id the session's id
	 * @param status the status that the peer and the session's handler see
	 * @return completes with whether there was such a session, when its Close frame has
	 * been sent
	 */
	public Mono<Boolean> close(String id, CloseStatus status) {
		return Mono.defer(() -> {
			LiveSession session = get(id);
			return (session != null) ? session.close(status).thenReturn(true) : Mono.just(false);
		});
	}

	/**
	 * Returns what happens from now on. A subscriber that falls behind misses events.
	 * @return the sessions that open and end, on the event loops where they do
	 */
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
	 * Tells whether the server is going down and takes no new sessions.
	 * @return whether {@link #startDraining()} has been called
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
	 * Enters a session.
	 * @param session the session
	 */
	public void opened(LiveSession session) {
		this.sessions.put(session.getId(), session);
		emit(SessionEvent.Type.OPENED, session);
	}

	/**
	 * Removes a session.
	 * @param session the session
	 */
	public void closed(LiveSession session) {
		if (this.sessions.remove(session.getId(), session)) {
			emit(SessionEvent.Type.CLOSED, session);
		}
	}

	private void emit(SessionEvent.Type type, LiveSession session) {
		if (this.events.currentSubscriberCount() > 0) {
			this.pending.add(new SessionEvent(type, session));
			emitPending();
		}
	}

	/**
	 * Event loops come here at the same time, and subscribers while they are being told:
	 * whoever is first emits for the others.
	 */
	private void emitPending() {
		if (this.emitting.getAndIncrement() != 0) {
			return;
		}
		int missed = 1;
		while (missed != 0) {
			SessionEvent event;
			while ((event = this.pending.poll()) != null) {
				this.events.tryEmitNext(event);
			}
			missed = this.emitting.addAndGet(-missed);
		}
	}

}
