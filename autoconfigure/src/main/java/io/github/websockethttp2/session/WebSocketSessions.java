package io.github.websockethttp2.session;

import java.util.Collection;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.socket.CloseStatus;

/**
 * The sessions of the server that are open, over HTTP/1.1 and HTTP/2 alike. Safe for use
 * from any thread.
 */
public interface WebSocketSessions {

	/**
	 * Returns the open sessions.
	 * @return a view that follows what happens
	 */
	Collection<LiveSession> getAll();

	/**
	 * Returns an open session.
	 * @param id its id
	 * @return the session, or {@code null} if there is none or it has ended
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
	 * @return completes with whether there was such a session, when its Close frame has
	 * been sent
	 */
	Mono<Boolean> close(String id, CloseStatus status);

	/**
	 * Returns what happens from now on. A subscriber that falls behind misses events, and
	 * one that throws gets no more.
	 * @return the sessions that open and end, on the event loops where they do
	 */
	Flux<SessionEvent> events();

}
