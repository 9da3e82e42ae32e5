package io.github.websockethttp2.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.Close;
import io.github.websockethttp2.testsupport.EndOfBytes;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import reactor.core.publisher.SignalType;
import reactor.netty.channel.AbortedException;

import org.springframework.web.reactive.socket.CloseStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A connection with the session that is going to end and, over HTTP/2, a sibling that is
 * going to stay.
 */
final class EndingScene implements AutoCloseable {

	/** What the server closes with. */
	static final CloseStatus MINE = new CloseStatus(4000, "mine");

	private final Transport transport;

	private final Http2Client http2;

	private final WebSocketConnection connection;

	private final SessionRegistry sessions;

	private final LogCapture log;

	private WebSocketStream sibling;

	private WebSocketStream socket;

	private ObservedSession observed;

	EndingScene(TestServers servers, Transport transport) {
		this.transport = transport;
		if (transport.isHttp2()) {
			this.http2 = servers.http2Builder(transport).connectionWindowIncrement(1024 * 1024).connect();
			this.connection = WebSocketConnection.of(this.http2);
		}
		else {
			this.http2 = null;
			this.connection = servers.connect(transport);
		}
		this.sessions = servers.server(transport).bean(SessionRegistry.class);
		this.log = LogCapture.start();
	}

	static EndingScene open(TestServers servers, Transport transport) {
		EndingScene scene = new EndingScene(servers, transport);
		if (transport.isHttp2()) {
			scene.sibling = scene.connection.open("/echo");
		}
		return scene;
	}

	static EndingScene open(TestServers servers, Transport transport, String path) {
		EndingScene scene = open(servers, transport);
		boolean unread = path.endsWith("-unread");
		if (unread && transport.isHttp2()) {
			scene.http2.autoConsume(false);
		}
		scene.socket = scene.connection.open(path.replace("-unread", ""));
		scene.observed = ObservedSession.await();
		if (unread && transport.isHttp2()) {
			// RFC 9113, section 6.9.2: from here on the server has to wait
			scene.socket.stream().awaitReceivedBytes(65_535);
			scene.socket.stream().autoConsume(false);
			scene.http2.autoConsume(true);
		}
		else if (!unread) {
			assertThat(scene.socket.awaitText()).isEqualTo("begun");
		}
		return scene;
	}

	Http2Client http2() {
		return this.http2;
	}

	WebSocketConnection connection() {
		return this.connection;
	}

	SessionRegistry sessions() {
		return this.sessions;
	}

	WebSocketStream socket() {
		return this.socket;
	}

	ObservedSession observed() {
		return this.observed;
	}

	EndOfBytes orderlyEnd() {
		return (this.transport.isHttp2()) ? EndOfBytes.END_STREAM : EndOfBytes.TCP_CLOSED;
	}

	void assertHandlerSeesPeerLeave() {
		assertHandlerSeesPeerLeave(SignalType.CANCEL);
	}

	void assertHandlerSeesPeerLeave(SignalType endOfSource) {
		assertThat(this.observed.awaitReceived().getThrowable()).isInstanceOf(AbortedException.class);
		assertThat(this.observed.awaitSent().getThrowable()).isInstanceOf(AbortedException.class);
		assertThat(this.observed.awaitSourceEnded()).isEqualTo(endOfSource);
		assertThat(this.observed.awaitCloseStatus().getCode()).isEqualTo(1006);
		assertThat(this.observed.session().isOpen()).isFalse();
	}

	void assertHandlerSees(CloseStatus status) {
		assertHandlerSees(status, SignalType.CANCEL);
	}

	void assertHandlerSees(CloseStatus status, SignalType endOfSource) {
		assertThat(this.observed.awaitReceived().isOnComplete()).isTrue();
		assertThat(this.observed.awaitSent().isOnComplete()).isTrue();
		assertThat(this.observed.awaitSourceEnded()).isEqualTo(endOfSource);
		assertThat(this.observed.awaitCloseStatus()).isEqualTo(status);
		assertThat(this.observed.session().isOpen()).isFalse();
	}

	void assertPeerHasClosed() {
		assertThat(this.socket.awaitClose().code()).isEqualTo(1000);
		assertHandlerSees(CloseStatus.NORMAL);
		assertThat(this.socket.awaitEndOfBytes()).isEqualTo(orderlyEnd());
		assertNoReset();
		assertNothingLeft();
	}

	void assertServerHasClosed() {
		assertThat(this.socket.awaitClose()).isEqualTo(new Close(4000, "mine"));
		this.socket.sendText("On its way before the answer");
		this.socket.sendClose(4000, "");
		assertHandlerSees(MINE);
		assertStreamEndsCleanly();
		assertNothingLeft();
	}

	/**
	 * The server has nothing more to say after its Close frame, and the peer ends its
	 * side in time.
	 */
	void assertStreamEndsCleanly() {
		assertThat(this.socket.awaitEndOfBytes()).isEqualTo(orderlyEnd());
		if (this.transport.isHttp2()) {
			Waiting.join(this.socket.endStream());
		}
		assertNoReset();
	}

	private void assertNoReset() {
		if (this.transport.isHttp2()) {
			this.socket.stream().expectNoReset();
		}
	}

	/**
	 * Everything that the session had is back, and its sibling is as it was.
	 * @param warnings what is logged as a warning
	 */
	void assertNothingLeft(String... warnings) {
		if (!this.transport.isHttp2()) {
			assertNothingLeftBut(0, warnings);
			return;
		}
		assertNothingLeftBut(1, warnings);
		List<WebSocketStream> sockets = new ArrayList<>(List.of(this.sibling));
		while (sockets.size() < EndingScenes.MAX_STREAMS) {
			sockets.add(this.connection.open("/echo"));
		}
		for (WebSocketStream echo : sockets) {
			echo.sendText("echo");
			assertThat(echo.awaitText()).isEqualTo("echo");
		}
		for (WebSocketStream echo : sockets) {
			echo.sendClose(1000, "");
			echo.endStream();
			assertThat(echo.awaitClose().code()).isEqualTo(1000);
			assertThat(echo.awaitEndOfBytes()).isEqualTo(EndOfBytes.END_STREAM);
		}
		assertThat(this.http2.goAways()).isEmpty();
		assertNothingLeftBut(0, warnings);
	}

	void assertNothingLeftBut(int siblings, String... warnings) {
		await().pollInterval(Duration.ofMillis(2))
			.untilAsserted(() -> assertThat(this.sessions.getCount()).isEqualTo(siblings));
		await().pollInterval(Duration.ofMillis(2))
			.untilAsserted(() -> assertThat(this.sessions.getBudget().getUsed()).isEqualTo(siblings));
		List<ILoggingEvent> events = this.log.events();
		assertThat(events).filteredOn((event) -> event.getLevel().isGreaterOrEqual(Level.INFO))
			.hasSameSizeAs(warnings)
			.allSatisfy((event) -> {
				assertThat(event.getLevel()).isEqualTo(Level.WARN);
				assertThat(event.getThrowableProxy().getMessage()).isIn((Object[]) warnings);
			});
	}

	@Override
	public void close() {
		this.log.close();
		this.connection.close();
	}

}
