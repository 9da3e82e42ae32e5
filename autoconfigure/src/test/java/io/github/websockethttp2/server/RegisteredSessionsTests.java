package io.github.websockethttp2.server;

import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.FakeSession;
import io.github.websockethttp2.testsupport.LogCapture;
import org.junit.jupiter.api.Test;
import reactor.netty.channel.AbortedException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RegisteredSessions}.
 */
class RegisteredSessionsTests {

	private final SessionRegistry registry = new SessionRegistry(10);

	private final RegisteredSessions sessions = new RegisteredSessions(this.registry);

	private final FakeSession session = new FakeSession("/path");

	/**
	 * As a handshake may that was accepted just before: the event loop may be gone by
	 * then.
	 */
	@Test
	void whenSessionStartsAndServerIsDownThenNothingIsLogged() {
		AtomicInteger closed = new AtomicInteger();
		this.session.onClose(() -> {
			closed.incrementAndGet();
			throw new AbortedException("The server is down");
		});
		try (LogCapture log = LogCapture.start()) {
			this.sessions.started(this.session);
			assertThat(closed).hasValue(0);
			this.registry.startDraining();
			this.sessions.started(this.session);
			assertThat(closed).hasValue(1);
			log.assertNothingAbove(Level.DEBUG);
		}
	}

}
