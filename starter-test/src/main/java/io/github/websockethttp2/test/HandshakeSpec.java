package io.github.websockethttp2.test;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import io.github.websockethttp2.client.Http2WebSocketClient;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * A handshake that a test describes, and then expects to be accepted or refused. Not safe
 * for use from several threads.
 */
public final class HandshakeSpec {

	private final Http2WebSocketClient client;

	private final Transport transport;

	private final URI url;

	private final Duration timeout;

	private final JsonMessages json;

	private final HttpHeaders headers = new HttpHeaders();

	private List<String> subProtocols = List.of();

	HandshakeSpec(Http2WebSocketClient client, Transport transport, URI url, HttpHeaders defaultHeaders,
			Duration timeout, JsonMessages json) {
		this.client = client;
		this.transport = transport;
		this.url = url;
		this.headers.putAll(defaultHeaders);
		this.timeout = timeout;
		this.json = json;
	}

	/**
	 * Adds a header field, such as an {@code Origin}, which is not sent otherwise.
	 * @param name its name
	 * @param values its values
	 * @return this
	 */
	public HandshakeSpec header(String name, String... values) {
		this.headers.addAll(name, List.of(values));
		return this;
	}

	/**
	 * Changes the header fields.
	 * @param headers gets them, with the defaults of the client
	 * @return this
	 */
	public HandshakeSpec headers(Consumer<HttpHeaders> headers) {
		headers.accept(this.headers);
		return this;
	}

	/**
	 * Adds a cookie, such as that of a session.
	 * @param name its name
	 * @param value its value
	 * @return this
	 */
	public HandshakeSpec cookie(String name, String value) {
		String before = this.headers.getFirst(HttpHeaders.COOKIE);
		String cookie = name + "=" + value;
		this.headers.set(HttpHeaders.COOKIE, (before != null) ? before + "; " + cookie : cookie);
		return this;
	}

	/**
	 * Authenticates a user by name and password (RFC 7617).
	 * @param user the name
	 * @param password the password
	 * @return this
	 */
	public HandshakeSpec basicAuth(String user, String password) {
		this.headers.setBasicAuth(user, password);
		return this;
	}

	/**
	 * Authenticates by a token (RFC 6750).
	 * @param token the token
	 * @return this
	 */
	public HandshakeSpec bearerAuth(String token) {
		this.headers.setBearerAuth(token);
		return this;
	}

	/**
	 * Asks for sub-protocols. A server that chooses none of them fails the handshake.
	 * @param subProtocols the sub-protocols, the most wanted first
	 * @return this
	 */
	public HandshakeSpec subProtocols(String... subProtocols) {
		this.subProtocols = List.of(subProtocols);
		return this;
	}

	/**
	 * Expects that the server accepts.
	 * @return the session
	 */
	public WebSocketTestSession expectOpen() {
		String expected = "to open";
		TestSocket socket = start();
		try {
			return new WebSocketTestSession(socket.awaitOpen(), socket, toString(), this.timeout, this.json);
		}
		catch (ExecutionException ex) {
			HandshakeRefusal refusal = refusal(ex.getCause());
			throw failure(expected, (refusal != null) ? "it was refused with " + refusal.status() : "it failed", ex);
		}
		catch (TimeoutException ex) {
			throw timedOut(socket, expected);
		}
		catch (InterruptedException ex) {
			throw interrupted(socket, expected);
		}
	}

	/**
	 * Expects that the server refuses.
	 * @param status the expected status, such as
	 * {@link org.springframework.http.HttpStatus#FORBIDDEN}
	 * @return the answer
	 */
	public HandshakeRefusal expectRefused(HttpStatusCode status) {
		String expected = "to be refused with " + status;
		TestSocket socket = start();
		try {
			WebSocketSession session = socket.awaitOpen();
			socket.dispose();
			throw failure(expected, "it is open: " + session, null);
		}
		catch (ExecutionException ex) {
			HandshakeRefusal refusal = refusal(ex.getCause());
			if (refusal == null) {
				throw failure(expected, "it failed", ex);
			}
			if (refusal.status().value() != status.value()) {
				throw failure(expected, "it was refused with " + refusal.status(), ex);
			}
			return refusal;
		}
		catch (TimeoutException ex) {
			throw timedOut(socket, expected);
		}
		catch (InterruptedException ex) {
			throw interrupted(socket, expected);
		}
	}

	/**
	 * Sends texts and receives texts, for a {@code StepVerifier}. Each subscriber has a
	 * socket of its own, which goes when it cancels. The {@link Flux} completes when the
	 * server closes with 1000, and fails with an {@link AssertionError} when it closes
	 * with anything else, or sends nothing in time.
	 * @param texts what to send; the socket stays open when it completes
	 * @return what is received
	 */
	public Flux<String> exchange(Publisher<String> texts) {
		return TextExchange
			.of((handler) -> this.client.execute(this.url, this.headers, handler), this.subProtocols, texts, toString())
			.timeout(this.timeout, Flux.error(() -> failure("the next text", "nothing came", null)));
	}

	private TestSocket start() {
		TestSocket socket = new TestSocket(this.subProtocols, this.timeout);
		TestScope scope = TestScope.current();
		if (scope != null) {
			scope.opened(socket);
		}
		socket.start(this.client.execute(this.url, this.headers, socket));
		return socket;
	}

	private static @Nullable HandshakeRefusal refusal(@Nullable Throwable cause) {
		if (cause instanceof WebSocketClientHandshakeException exception && exception.response() != null) {
			HttpResponse response = exception.response();
			// An answer that accepts may still not fit the request
			if (response.status().code() >= 300) {
				HttpHeaders headers = new HttpHeaders();
				response.headers().forEach((field) -> headers.add(field.getKey(), field.getValue()));
				return new HandshakeRefusal(HttpStatusCode.valueOf(response.status().code()), headers);
			}
		}
		return null;
	}

	private AssertionError timedOut(TestSocket socket, String expected) {
		socket.dispose();
		return failure(expected, "there was no answer", null);
	}

	private AssertionError interrupted(TestSocket socket, String expected) {
		Thread.currentThread().interrupt();
		socket.dispose();
		return failure(expected, "the test was interrupted", null);
	}

	private AssertionError failure(String expected, String actual, @Nullable ExecutionException ex) {
		Throwable cause = (ex != null) ? ex.getCause() : null;
		boolean told = cause == null || refusal(cause) != null;
		return new AssertionError("Expected " + this + " " + expected + " within " + this.timeout.toMillis()
				+ "ms, but " + actual + ((told) ? "" : ": " + cause), cause);
	}

	/**
	 * Returns the URL and the transport.
	 */
	@Override
	public String toString() {
		return this.url + " over " + this.transport;
	}

}
