package io.github.websockethttp2.test;

import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;

import io.github.websockethttp2.session.WebSocketTransport;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.util.Assert;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * An open WebSocket of a test. Messages are expected in the order in which they come, and
 * each wait is bounded. What comes instead is in the {@link AssertionError}. Safe for use
 * from any thread, but it is one test that takes the messages.
 */
public final class WebSocketTestSession {

	private final WebSocketSession session;

	private final TestSocket socket;

	private final String description;

	private final Duration timeout;

	private final JsonMessages json;

	WebSocketTestSession(WebSocketSession session, TestSocket socket, String description, Duration timeout,
			JsonMessages json) {
		this.session = session;
		this.socket = socket;
		this.description = description;
		this.timeout = timeout;
		this.json = json;
	}

	/**
	 * Returns what carries the session. Two sessions with the same connection id share a
	 * TCP connection. The id is the client's own, and not that of the server.
	 * @return the transport
	 */
	public WebSocketTransport transport() {
		return WebSocketTransport.of(this.session);
	}

	/**
	 * Returns the handshake, with the header fields of the server's answer and the
	 * sub-protocol that it has chosen.
	 * @return the handshake
	 */
	public HandshakeInfo handshakeInfo() {
		return this.session.getHandshakeInfo();
	}

	/**
	 * Sends a text. What is sent to a session that has ended is lost.
	 * @param text the text
	 * @return this
	 */
	public WebSocketTestSession send(String text) {
		this.socket.send((session) -> session.textMessage(text));
		return this;
	}

	/**
	 * Sends a binary message.
	 * @param bytes its payload
	 * @return this
	 */
	public WebSocketTestSession send(byte[] bytes) {
		byte[] copy = bytes.clone();
		this.socket.send((session) -> session.binaryMessage((factory) -> factory.wrap(copy)));
		return this;
	}

	/**
	 * Sends a text with a value as JSON, written by the codecs of the application.
	 * @param value the value
	 * @return this
	 */
	public WebSocketTestSession sendJson(Object value) {
		return send(this.json.write(value));
	}

	/**
	 * Expects a text.
	 * @return the text
	 */
	public String expectText() {
		return expect(WebSocketMessage.Type.TEXT, "a text").text();
	}

	/**
	 * Expects a text.
	 * @param expected the text
	 * @return this
	 */
	public WebSocketTestSession expectText(String expected) {
		String actual = expect(WebSocketMessage.Type.TEXT, "text \"" + expected + "\"").text();
		if (!actual.equals(expected)) {
			throw new AssertionFailedError(describe("text \"" + expected + "\"", "text \"" + actual + "\" came"),
					expected, actual);
		}
		return this;
	}

	/**
	 * Expects a binary message.
	 * @return its payload
	 */
	public byte[] expectBinary() {
		return expect(WebSocketMessage.Type.BINARY, "a binary message").payload();
	}

	/**
	 * Expects a binary message.
	 * @param expected its payload
	 * @return this
	 */
	public WebSocketTestSession expectBinary(byte... expected) {
		String what = "binary 0x" + HexFormat.of().formatHex(expected);
		Incoming.Message actual = expect(WebSocketMessage.Type.BINARY, what);
		if (!Arrays.equals(actual.payload(), expected)) {
			throw new AssertionFailedError(describe(what, actual + " came"), expected, actual.payload());
		}
		return this;
	}

	/**
	 * Expects a message with JSON, read by the codecs of the application.
	 * @param type what to read it as
	 * @param <T> the type
	 * @return the value
	 */
	public <T> T expectJson(Class<T> type) {
		return expectJson(ResolvableType.forClass(type));
	}

	/**
	 * Expects a message with JSON, read by the codecs of the application.
	 * @param type what to read it as
	 * @param <T> the type
	 * @return the value
	 */
	public <T> T expectJson(ParameterizedTypeReference<T> type) {
		return expectJson(ResolvableType.forType(type));
	}

	/**
	 * Expects a message with JSON, read by the codecs of the application.
	 * @param type what to read it as
	 * @param assertions asserts what the value has to be
	 * @param <T> the type
	 * @return this
	 */
	public <T> WebSocketTestSession expectJson(Class<T> type, Consumer<? super T> assertions) {
		assertions.accept(expectJson(type));
		return this;
	}

	private <T> T expectJson(ResolvableType type) {
		String what = "JSON of " + type;
		Incoming next = next(what);
		if (!(next instanceof Incoming.Message message)) {
			throw new AssertionError(describe(what, next + " came"));
		}
		try {
			return this.json.read(message.payload(), type);
		}
		catch (RuntimeException ex) {
			throw new AssertionError(describe(what, message + " came: " + ex.getMessage()), ex);
		}
	}

	/**
	 * Closes the session with 1000.
	 * @return this
	 */
	public WebSocketTestSession close() {
		return close(CloseStatus.NORMAL);
	}

	/**
	 * Closes the session. What the server has sent and the test has not read is of no
	 * interest any more.
	 * @param code the status code
	 * @return this
	 */
	public WebSocketTestSession close(int code) {
		return close(new CloseStatus(code));
	}

	/**
	 * Closes the session.
	 * @param status the status
	 * @return this
	 */
	public WebSocketTestSession close(CloseStatus status) {
		Assert.isTrue(WebSocketCloseStatus.isValidStatusCode(status.getCode()),
				() -> status.getCode() + " is never sent (RFC 6455, section 7.4)");
		this.socket.close(status);
		return this;
	}

	/**
	 * Expects the end of the session, whoever has closed it, and whatever comes before.
	 * @param code the status code; 1006 for a connection or stream that is lost
	 * @return this
	 */
	public WebSocketTestSession expectClosed(int code) {
		Incoming.End end = end("the end of the session with " + code);
		if (end.status().getCode() != code) {
			throw new AssertionFailedError(describe("the end of the session with " + code, end + " came"), code,
					end.status().getCode());
		}
		return this;
	}

	/**
	 * Expects the end of the session, whoever has closed it, and whatever comes before.
	 * @return its status
	 */
	public CloseStatus expectClosed() {
		return end("the end of the session").status();
	}

	private Incoming.End end(String what) {
		this.socket.readOn();
		long deadline = System.nanoTime() + this.timeout.toNanos();
		Incoming last = null;
		while (true) {
			Incoming next = await(what, deadline - System.nanoTime());
			if (next instanceof Incoming.End end) {
				return end;
			}
			if (next == null) {
				throw new AssertionError(
						describe(what, (last != null) ? "there is still only " + last : "nothing came"));
			}
			last = next;
		}
	}

	private Incoming.Message expect(WebSocketMessage.Type type, String what) {
		Incoming next = next(what);
		if (next instanceof Incoming.Message message && message.type() == type) {
			return message;
		}
		throw new AssertionError(describe(what, next + " came"));
	}

	private Incoming next(String what) {
		Incoming next = await(what, this.timeout.toNanos());
		if (next == null) {
			throw new AssertionError(describe(what, "nothing came"));
		}
		return next;
	}

	private @Nullable Incoming await(String what, long nanos) {
		try {
			return this.socket.next(nanos);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError(describe(what, "the test was interrupted"), ex);
		}
	}

	private String describe(String expected, String actual) {
		return "Expected " + expected + " from " + this.description + " within " + this.timeout.toMillis() + "ms, but "
				+ actual;
	}

	@Override
	public String toString() {
		return this.description + " on " + this.session.getId();
	}

}
