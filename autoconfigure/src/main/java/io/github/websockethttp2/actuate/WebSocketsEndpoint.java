package io.github.websockethttp2.actuate;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.github.websockethttp2.server.http2.Http2Status;
import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.WebSocketSessions;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.web.reactive.socket.CloseStatus;

/**
 * {@link Endpoint @Endpoint} that shows sessions and handshakes, and why they come over
 * HTTP/2 or not. Can close a session or drain a connection if access to it is set to
 * {@code unrestricted}.
 */
@Endpoint(id = "websockets", defaultAccess = Access.READ_ONLY)
public class WebSocketsEndpoint {

	private static final String SESSIONS = "sessions";

	private static final String CONNECTIONS = "connections";

	private static final int DEFAULT_SIZE = 50;

	private static final int MAX_SIZE = 1000;

	private final Supplier<Http2Status> status;

	private final @Nullable WebSocketSessions sessions;

	private final HandshakeJournal handshakes;

	private final Predicate<String> goAway;

	/**
	 * Create an endpoint.
	 * @param status supplies whether WebSockets are served over HTTP/2
	 * @param sessions the open sessions, or {@code null} where they are not registered
	 * @param handshakes the handshakes so far
	 * @param goAway tells the client of an HTTP/2 connection to open no more streams;
	 * returns whether there is such a connection
	 */
	public WebSocketsEndpoint(Supplier<Http2Status> status, @Nullable WebSocketSessions sessions,
			HandshakeJournal handshakes, Predicate<String> goAway) {
		this.status = status;
		this.sessions = sessions;
		this.handshakes = handshakes;
		this.goAway = goAway;
	}

	/**
	 * Returns the state of WebSockets in the application.
	 * @return the state
	 */
	@ReadOperation
	public WebSocketsDescriptor webSockets() {
		Http2Status status = this.status.get();
		WebSocketSessions sessions = this.sessions;
		return new WebSocketsDescriptor(WebSocketsDescriptor.Http2Descriptor.of(status),
				(sessions != null) ? SessionTotals.of(sessions.getAll()) : null, this.handshakes.getTotals(),
				this.handshakes.getRefusals(), new Diagnosis(status, this.handshakes).findings());
	}

	/**
	 * Returns a page of the open sessions.
	 * @param part {@code sessions}
	 * @param page the number of the page, from 0
	 * @param size how many sessions a page has
	 * @return the page, or {@code null} if there is no such part
	 */
	@ReadOperation
	public @Nullable SessionPage page(@Selector String part, @Nullable Integer page, @Nullable Integer size) {
		if (!part.equals(SESSIONS)) {
			return null;
		}
		return SessionPage.of(getSessions(), check("page", page, 0, 0, Integer.MAX_VALUE),
				check("size", size, DEFAULT_SIZE, 1, MAX_SIZE));
	}

	/**
	 * Closes a session, or drains a connection: its client is told to open no more
	 * streams on it, and its sessions are closed.
	 * @param part {@code sessions} or {@code connections}
	 * @param id the id of the session or the connection
	 * @param status the status to close with, by default 1001
	 * @return emits whether there was such a session or connection, as an object since
	 * JMX has no other answers
	 */
	@DeleteOperation
	public Mono<Map<String, Boolean>> close(@Selector String part, @Selector String id, @Nullable Integer status) {
		return tryClose(part, id, status).map((found) -> Map.of("found", found));
	}

	Mono<Boolean> tryClose(String part, String id, @Nullable Integer status) {
		CloseStatus closeStatus = closeStatus(status);
		return switch (part) {
			case SESSIONS -> closeAll(find(id), closeStatus);
			case CONNECTIONS -> drain(id, closeStatus);
			default -> Mono.just(false);
		};
	}

	private Mono<Boolean> drain(String id, CloseStatus status) {
		return Mono.defer(() -> {
			boolean told = this.goAway.test(id);
			return closeAll(find((session) -> session.getTransport().connectionId().equals(id)), status)
				.map((closed) -> closed || told);
		});
	}

	private List<LiveSession> find(String id) {
		LiveSession session = (this.sessions != null) ? this.sessions.get(id) : null;
		return (session != null) ? List.of(session) : List.of();
	}

	private List<LiveSession> find(Predicate<LiveSession> predicate) {
		return getSessions().stream().filter(predicate).toList();
	}

	private static Mono<Boolean> closeAll(List<LiveSession> sessions, CloseStatus status) {
		return Flux.fromIterable(sessions)
			.flatMap((session) -> session.close(status).onErrorComplete(), Integer.MAX_VALUE)
			.then(Mono.just(!sessions.isEmpty()));
	}

	private Collection<LiveSession> getSessions() {
		WebSocketSessions sessions = this.sessions;
		return (sessions != null) ? sessions.getAll() : List.of();
	}

	/**
	 * Returns a status that may be sent (RFC 6455, section 7.4).
	 */
	private static CloseStatus closeStatus(@Nullable Integer code) {
		if (code == null) {
			return CloseStatus.GOING_AWAY;
		}
		boolean reserved = code == 1004 || code == 1005 || code == 1006 || (code > 1014 && code < 3000);
		if (reserved || code < 1000 || code > 4999) {
			throw invalid("status", "a close code that may be sent");
		}
		return new CloseStatus(code);
	}

	private static int check(String name, @Nullable Integer value, int defaultValue, int min, int max) {
		if (value == null) {
			return defaultValue;
		}
		if (value < min || value > max) {
			throw invalid(name, "from " + min + " to " + max);
		}
		return value;
	}

	private static InvalidEndpointRequestException invalid(String name, String expected) {
		String message = "'" + name + "' must be " + expected;
		return new InvalidEndpointRequestException(message, message);
	}

}
