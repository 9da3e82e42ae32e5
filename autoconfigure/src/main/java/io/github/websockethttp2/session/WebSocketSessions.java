package io.github.websockethttp2.session;

import java.util.Collection;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.socket.CloseStatus;

/**
 * The open sessions of the server, over HTTP/1.1 and HTTP/2. Thread-safe.
 */
public interface WebSocketSessions {

	/**
	 * Returns the open sessions.
	 * @return a live view
	 */
	Collection<LiveSession> getAll();

	/**
	 * Returns an open session.
	 * @param id its id
	 * @return the session, or {@code null} if no such session is open
	 */
	@Nullable LiveSession get(String id);

	/**
	 * Returns how many sessions are open.
	 * @return the number
	 */
	int getCount();

	/**
	 * Closes a session from outside its handler.
	 * @param id the session's id
	 * @param status the status that the peer and the session's handler see
	 * @return emits {@code true} when the Close frame has been sent, or {@code false} if
	 * no such session is open
	 */
	Mono<Boolean> close(String id, CloseStatus status);

	/**
	 * Returns the events from now on. A subscriber that falls behind misses events, and
	 * one that throws gets no more.
	 * @return emits an event for each session that opens, becomes slow, recovers or ends,
	 * on the session's event loop
	 */
	Flux<SessionEvent> events();

}
