package io.github.websockethttp2.test;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What belongs to the test method that runs on this thread: its transport, and the
 * sockets that it has opened. Confined to the thread.
 */
final class TestScope {

	private static final ThreadLocal<@Nullable TestScope> CURRENT = new ThreadLocal<>();

	private final List<TestSocket> sockets = new ArrayList<>();

	private @Nullable Transport transport;

	private TestScope() {
	}

	static TestScope begin() {
		TestScope scope = new TestScope();
		CURRENT.set(scope);
		return scope;
	}

	/**
	 * Returns the scope of the method that runs.
	 * @return the scope, or {@code null} if none does on this thread
	 */
	static @Nullable TestScope current() {
		return CURRENT.get();
	}

	void transport(Transport transport) {
		this.transport = transport;
	}

	@Nullable Transport transport() {
		return this.transport;
	}

	void opened(TestSocket socket) {
		this.sockets.add(socket);
	}

	/**
	 * Closes what is still open: all at once, and then waits for their ends.
	 */
	void end() {
		CURRENT.remove();
		this.sockets.forEach(TestSocket::dispose);
		this.sockets.forEach(TestSocket::awaitEnd);
		this.sockets.clear();
	}

}
