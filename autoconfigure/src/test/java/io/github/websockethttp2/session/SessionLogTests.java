package io.github.websockethttp2.session;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.github.websockethttp2.session.WebSocketTransport.Protocol;
import io.github.websockethttp2.testsupport.FakeSession;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.Waiting;
import org.junit.jupiter.api.Test;

import org.springframework.web.reactive.socket.CloseStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SessionLog}.
 */
class SessionLogTests {

	private final SessionRegistry sessions = new SessionRegistry(10);

	@Test
	void lifeOfASessionIsTwoLinesAtDebug() {
		FakeSession session = new FakeSession("/a/{b}", Protocol.HTTP_2, null);
		try (LogCapture log = LogCapture.start(SessionLog.CATEGORY, Level.DEBUG)) {
			this.sessions.opened(session);
			end(session, new CloseStatus(4000, "bye"));
			assertThat(log.events()).extracting(ILoggingEvent::getLevel).containsExactly(Level.DEBUG, Level.DEBUG);
			assertThat(log.messages().get(0)).startsWith("Session " + session.getId() + " opened: /a/{b} over HTTP/2");
			assertThat(log.messages().get(1))
				.startsWith("Session " + session.getId() + " closed with 4000 \"bye\" after ")
				.endsWith(describe(session))
				.containsPattern("after [0-9]+ ms: ");
		}
	}

	@Test
	void peerCannotMakeUpLines() {
		FakeSession session = new FakeSession("/a");
		try (LogCapture log = LogCapture.start(SessionLog.CATEGORY, Level.DEBUG)) {
			this.sessions.opened(session);
			end(session, new CloseStatus(1000, "a\r\nSession x\u001b[31m\u202eopened"));
			assertThat(log.messages().get(1)).contains("\"a??Session x?[31m?opened\"");
		}
	}

	@Test
	void logsNothingByDefault() {
		try (LogCapture log = LogCapture.start(SessionLog.CATEGORY, Level.INFO)) {
			FakeSession session = new FakeSession("/a");
			this.sessions.opened(session);
			end(session, CloseStatus.NORMAL);
			assertThat(log.events()).isEmpty();
		}
	}

	private static String describe(FakeSession session) {
		WebSocketTransport transport = session.getTransport();
		return session.getPathPattern() + " over " + transport.protocol()
				+ ((transport.streamId() != 0) ? ", stream " + transport.streamId() : "");
	}

	private void end(FakeSession session, CloseStatus status) {
		session.close(status).block(Waiting.TIMEOUT);
		this.sessions.ended(session);
	}

}
