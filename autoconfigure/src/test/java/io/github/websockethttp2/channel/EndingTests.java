package io.github.websockethttp2.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.Close;
import io.github.websockethttp2.testsupport.EndOfBytes;
import io.github.websockethttp2.testsupport.Frame;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketFrames;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.core.publisher.SignalType;
import reactor.netty.channel.AbortedException;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * However a session ends, its handler learns of it, the peer sees what the standards ask
 * for, and everything that the session had is given back. The table in
 * {@code docs/endings.md} has a row for each test. A peer that ends its connection over
 * HTTP/1.1 does what one that ends its stream does over HTTP/2.
 */
class EndingTests {

	private static final int MAX_STREAMS = 4;

	private static final int MAX_MESSAGE_SIZE = 1024;

	private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(400);

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final CloseStatus MINE = new CloseStatus(4000, "mine");

	/** For peers that do what is due in time. */
	@RegisterExtension
	static final TestServers patientServers = servers(Duration.ofMinutes(1));

	/** For peers that do not. */
	@RegisterExtension
	static final TestServers hastyServers = servers(CLOSE_TIMEOUT);

	private static TestServers servers(Duration closeTimeout) {
		return new TestServers(Handlers.class, "websocket.http2.max-streams-per-connection=" + MAX_STREAMS,
				"websocket.http2.max-sessions-per-connection=" + MAX_STREAMS,
				"websocket.http2.close-timeout=" + closeTimeout.toMillis() + "ms",
				"websocket.http2.max-message-size=" + MAX_MESSAGE_SIZE + "B");
	}

	// The peer leaves

	@ParameterizedTest
	@EnumSource
	void peerEndsItsSideWithoutClose(Transport transport) {
		try (Scene scene = Scene.open(transport, "/observed")) {
			scene.socket.endStream();
			scene.assertHandlerSeesPeerLeave();
			assertThat(scene.socket.awaitEndOfBytes()).isEqualTo(scene.orderlyEnd());
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void peerResetsItsStream(Transport transport) {
		try (Scene scene = Scene.open(transport, "/observed")) {
			scene.socket.stream().reset(Http2Error.CANCEL);
			scene.assertHandlerSeesPeerLeave();
			scene.socket.stream().expectNoReset();
			assertThat(scene.socket.stream().isEnded()).isFalse();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void peerResetsItsStreamInTheMiddleOfAMessage(Transport transport) {
		try (Scene scene = Scene.open(transport, "/observed")) {
			scene.socket.sendFrame(false, 0, Frame.TEXT, new byte[] { 'a' });
			byte[] frame = WebSocketFrames.masked(true, 0, Frame.CONTINUATION, new byte[] { 'b', 'c' });
			scene.socket.sendBytes(Arrays.copyOf(frame, frame.length - 1));
			scene.socket.stream().reset(Http2Error.CANCEL);
			scene.assertHandlerSeesPeerLeave();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void connectionIsLost(Transport transport) {
		try (Scene scene = Scene.open(transport, "/observed")) {
			scene.connection.abort();
			scene.assertHandlerSeesPeerLeave();
			scene.assertNothingLeftBut(0);
		}
	}

	@ParameterizedTest
	@EnumSource
	void connectionIsLostWhileMuchIsSent(Transport transport) {
		try (Scene scene = Scene.open(transport, "/flood")) {
			scene.socket.awaitText();
			scene.connection.abort();
			scene.assertHandlerSeesPeerLeave();
			scene.assertNothingLeftBut(0);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void peerResetsItsStreamWhileMuchIsSent(Transport transport) {
		try (Scene scene = Scene.open(transport, "/flood")) {
			scene.socket.stream().reset(Http2Error.CANCEL);
			scene.assertHandlerSeesPeerLeave();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void peerSendsGoAwayAndTheSessionGoesOn(Transport transport) {
		try (Scene scene = Scene.open(transport, "/observed")) {
			scene.http2.goAway(Http2Error.NO_ERROR);
			scene.socket.sendText("after GOAWAY");
			assertThat(scene.observed.awaitMessage()).isEqualTo("after GOAWAY");
			scene.observed.session().send(Mono.just(scene.observed.session().textMessage("so be it"))).subscribe();
			assertThat(scene.socket.awaitText()).isEqualTo("so be it");
			scene.socket.sendClose(1001, "");
			scene.assertHandlerSees(new CloseStatus(1001));
			assertThat(scene.socket.awaitClose()).isEqualTo(new Close(1001, ""));
			scene.assertStreamEndsCleanly();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void connectionIsLostWhileTheLastMessageIsSent(Transport transport) {
		try (Scene scene = Scene.open(transport, "/last-unread")) {
			assertThat(scene.observed.awaitSourceEnded()).isEqualTo(SignalType.ON_COMPLETE);
			scene.connection.abort();
			scene.assertHandlerSeesPeerLeave(SignalType.ON_COMPLETE);
			scene.assertNothingLeftBut(0);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void peerResetsItsStreamWhileTheLastMessageIsSent(Transport transport) {
		try (Scene scene = Scene.open(transport, "/last-unread")) {
			assertThat(scene.observed.awaitSourceEnded()).isEqualTo(SignalType.ON_COMPLETE);
			scene.socket.stream().reset(Http2Error.CANCEL);
			scene.assertHandlerSeesPeerLeave(SignalType.ON_COMPLETE);
			scene.assertNothingLeft();
		}
	}

	// The handler ends

	@ParameterizedTest
	@EnumSource
	void handlerCompletes(Transport transport) {
		try (Scene scene = Scene.open(transport, "/driven")) {
			scene.observed.complete();
			assertThat(scene.socket.awaitClose()).isEqualTo(new Close(1000, ""));
			scene.socket.sendClose(1000, "");
			scene.assertHandlerSees(CloseStatus.NORMAL);
			scene.assertStreamEndsCleanly();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void handlerFails(Transport transport) {
		try (Scene scene = Scene.open(transport, "/driven")) {
			scene.observed.fail(new IllegalStateException("The test wants it so"));
			assertThat(scene.socket.awaitClose().code()).isEqualTo(1011);
			scene.socket.sendClose(1011, "");
			scene.assertHandlerSees(CloseStatus.SERVER_ERROR);
			scene.assertStreamEndsCleanly();
			scene.assertNothingLeft("The test wants it so");
		}
	}

	@ParameterizedTest
	@EnumSource
	void handlerFailsAtOnce(Transport transport) {
		try (Scene scene = Scene.open(transport)) {
			WebSocketStream socket = scene.connection.open("/failing");
			assertThat(socket.awaitClose().code()).isEqualTo(1011);
			socket.sendClose(1011, "");
			socket.endStream();
			assertThat(socket.awaitEndOfBytes()).isEqualTo(scene.orderlyEnd());
			scene.assertNothingLeft("Fails at once");
		}
	}

	@ParameterizedTest
	@EnumSource
	void handlerStopsReceivingAndSessionGoesOn(Transport transport) {
		try (Scene scene = Scene.open(transport)) {
			WebSocketStream socket = scene.connection.open("/first-only");
			socket.sendText("first");
			assertThat(socket.awaitText()).isEqualTo("first");
			socket.sendText("second");
			socket.sendText("third");
			socket.sendClose(1000, "");
			assertThat(socket.awaitClose().code()).isEqualTo(1000);
			socket.endStream();
			assertThat(socket.awaitEndOfBytes()).isEqualTo(scene.orderlyEnd());
			scene.assertNothingLeft();
		}
	}

	// The peer closes

	@ParameterizedTest
	@EnumSource
	void peerCloses(Transport transport) {
		try (Scene scene = Scene.open(transport, "/observed")) {
			scene.socket.sendText("last");
			scene.socket.sendClose(4001, "why");
			assertThat(scene.socket.awaitClose()).isEqualTo(new Close(4001, ""));
			scene.assertHandlerSees(new CloseStatus(4001, "why"));
			assertThat(scene.observed.awaitMessage()).isEqualTo("last");
			scene.assertStreamEndsCleanly();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void peerClosesWithoutCode(Transport transport) {
		try (Scene scene = Scene.open(transport, "/observed")) {
			scene.socket.sendClose();
			assertThat(scene.socket.awaitClose().code()).isEqualTo(Close.NO_STATUS);
			scene.assertHandlerSees(CloseStatus.NO_STATUS_CODE);
			scene.assertStreamEndsCleanly();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void peerClosesAndEndsItsSideInOneFrame(Transport transport) {
		try (Scene scene = Scene.open(transport, "/observed")) {
			byte[] close = WebSocketFrames.masked(true, 0, Frame.CLOSE, WebSocketFrames.closePayload(1000, ""));
			if (transport.isHttp2()) {
				scene.socket.stream().send(close, true);
			}
			else {
				scene.socket.sendBytes(close);
				scene.socket.endStream();
			}
			scene.assertPeerHasClosed();
		}
	}

	@ParameterizedTest
	@EnumSource
	void peerClosesAndEndsItsSideInTwoFrames(Transport transport) {
		try (Scene scene = Scene.open(transport, "/observed")) {
			Runnable writes = () -> {
				scene.socket.sendClose(1000, "");
				scene.socket.endStream();
			};
			if (transport.isHttp2()) {
				scene.http2.inOneFlight(writes);
			}
			else {
				writes.run();
			}
			scene.assertPeerHasClosed();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void peerClosesAndEndsItsSideLate(Transport transport) {
		try (Scene scene = Scene.openHasty(transport, "/observed")) {
			scene.socket.sendClose(1000, "");
			assertThat(scene.socket.awaitClose().code()).isEqualTo(1000);
			assertThat(scene.socket.awaitEndOfBytes()).isEqualTo(EndOfBytes.END_STREAM);
			scene.socket.sendText("Too late to be read");
			scene.socket.endStream();
			scene.assertHandlerSees(CloseStatus.NORMAL);
			// Its timeout begins later, so that it has no reset when this one has one
			WebSocketStream marker = scene.connection.open("/echo");
			marker.sendClose(1000, "");
			assertThat(marker.stream().awaitReset()).isEqualTo(Http2Error.NO_ERROR);
			scene.socket.stream().expectNoReset();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void peerClosesAndNeverEndsItsSide(Transport transport) {
		try (Scene scene = Scene.openHasty(transport, "/observed")) {
			long start = System.nanoTime();
			scene.socket.sendClose(1000, "");
			assertThat(scene.socket.awaitClose().code()).isEqualTo(1000);
			scene.assertHandlerSees(CloseStatus.NORMAL);
			scene.socket.stream().awaitEndStream();
			assertThat(scene.socket.stream().awaitReset()).isEqualTo(Http2Error.NO_ERROR);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(CLOSE_TIMEOUT);
			scene.assertNothingLeft();
		}
	}

	// The server closes

	@ParameterizedTest
	@EnumSource
	void handlerCloses(Transport transport) {
		try (Scene scene = Scene.open(transport, "/observed")) {
			scene.observed.session().close(MINE).block(TIMEOUT);
			scene.assertServerHasClosed();
		}
	}

	@ParameterizedTest
	@EnumSource
	void sessionIsClosedFromOutside(Transport transport) {
		try (Scene scene = Scene.open(transport, "/observed")) {
			assertThat(scene.sessions.close(scene.observed.id(), MINE).block(TIMEOUT)).isTrue();
			scene.assertServerHasClosed();
			assertThat(scene.sessions.close(scene.observed.id(), MINE).block(TIMEOUT)).isFalse();
		}
	}

	@ParameterizedTest
	@EnumSource
	void sessionIsClosedTwice(Transport transport) {
		try (Scene scene = Scene.open(transport, "/observed")) {
			Mono.when(scene.observed.session().close(MINE), scene.observed.session().close(CloseStatus.GOING_AWAY))
				.block(TIMEOUT);
			scene.assertServerHasClosed();
		}
	}

	@ParameterizedTest
	@EnumSource
	void statusThatMustNotBeSentIsNotSent(Transport transport) {
		try (Scene scene = Scene.open(transport, "/observed")) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> scene.observed.session().close(CloseStatus.NO_CLOSE_FRAME).block(TIMEOUT));
			assertThat(scene.observed.session().isOpen()).isTrue();
			scene.observed.session().close(MINE).block(TIMEOUT);
			scene.assertServerHasClosed();
		}
	}

	@ParameterizedTest
	@EnumSource
	void handlerClosesWithoutCode(Transport transport) {
		try (Scene scene = Scene.open(transport, "/observed")) {
			scene.observed.session().close(CloseStatus.NO_STATUS_CODE).block(TIMEOUT);
			assertThat(scene.socket.awaitClose().code()).isEqualTo(Close.NO_STATUS);
			scene.socket.sendClose();
			scene.assertHandlerSees(CloseStatus.NO_STATUS_CODE);
			scene.assertStreamEndsCleanly();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void longReasonIsCutShort(Transport transport) {
		try (Scene scene = Scene.open(transport, "/observed")) {
			CloseStatus status = new CloseStatus(4000, "a" + "ü".repeat(100));
			scene.observed.session().close(status).block(TIMEOUT);
			assertThat(scene.socket.awaitClose()).isEqualTo(new Close(4000, "a" + "ü".repeat(61)));
			scene.socket.sendClose(4000, "");
			scene.assertHandlerSees(status);
			scene.assertStreamEndsCleanly();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void sessionIsClosedWhileMuchIsSent(Transport transport) {
		try (Scene scene = Scene.open(transport, "/flood")) {
			assertThat(scene.sessions.close(scene.observed.id(), MINE).block(TIMEOUT)).isTrue();
			assertThat(scene.socket.skipToClose()).isEqualTo(new Close(4000, "mine"));
			scene.socket.sendClose(4000, "");
			scene.assertHandlerSees(MINE);
			scene.assertStreamEndsCleanly();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void peerNeverAnswersClose(Transport transport) {
		try (Scene scene = Scene.openHasty(transport, "/observed")) {
			long start = System.nanoTime();
			scene.observed.session().close(MINE).subscribe();
			assertThat(scene.socket.awaitClose()).isEqualTo(new Close(4000, "mine"));
			scene.socket.sendText("No answer");
			scene.assertHandlerSees(MINE);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(CLOSE_TIMEOUT);
			if (transport.isHttp2()) {
				scene.socket.stream().awaitEndStream();
				assertThat(scene.socket.stream().awaitReset()).isEqualTo(Http2Error.NO_ERROR);
				assertThat(Duration.ofNanos(System.nanoTime() - start))
					.isGreaterThanOrEqualTo(CLOSE_TIMEOUT.multipliedBy(2));
			}
			else {
				assertThat(scene.socket.awaitEndOfBytes()).isEqualTo(EndOfBytes.TCP_CLOSED);
			}
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void peerEndsItsSideInAnswerToClose(Transport transport) {
		try (Scene scene = Scene.open(transport, "/observed")) {
			scene.observed.session().close(MINE).subscribe();
			assertThat(scene.socket.awaitClose()).isEqualTo(new Close(4000, "mine"));
			scene.socket.endStream();
			scene.observed.awaitReceived();
			assertThat(scene.observed.awaitCloseStatus()).isEqualTo(MINE);
			assertThat(scene.socket.awaitEndOfBytes()).isEqualTo(scene.orderlyEnd());
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void peerAnswersCloseAndNeverEndsItsSide(Transport transport) {
		try (Scene scene = Scene.openHasty(transport, "/observed")) {
			scene.observed.session().close(MINE).subscribe();
			assertThat(scene.socket.awaitClose()).isEqualTo(new Close(4000, "mine"));
			long start = System.nanoTime();
			scene.socket.sendClose(4000, "");
			scene.assertHandlerSees(MINE);
			scene.socket.stream().awaitEndStream();
			assertThat(scene.socket.stream().awaitReset()).isEqualTo(Http2Error.NO_ERROR);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(CLOSE_TIMEOUT);
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void peerNeitherReadsNorAnswers(Transport transport) {
		try (Scene scene = Scene.openHasty(transport, "/flood-unread")) {
			scene.observed.session().close(MINE).subscribe();
			assertThat(scene.observed.awaitCloseStatus()).isEqualTo(MINE);
			scene.observed.awaitReceived();
			assertThat(scene.observed.awaitSourceEnded()).isEqualTo(SignalType.CANCEL);
			if (transport.isHttp2()) {
				assertThat(scene.socket.stream().awaitReset()).isEqualTo(Http2Error.CANCEL);
			}
			else {
				assertThat(scene.socket.skipToEndOfBytes().kind()).isIn(EndOfBytes.Kind.TCP_CLOSED,
						EndOfBytes.Kind.TCP_RESET);
			}
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void peerEndsItsSideAndDoesNotRead(Transport transport) {
		try (Scene scene = Scene.openHasty(transport, "/flood-unread")) {
			scene.socket.endStream();
			scene.assertHandlerSeesPeerLeave();
			assertThat(scene.socket.stream().awaitReset()).isEqualTo(Http2Error.CANCEL);
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void bothCloseAtOnce(Transport transport) {
		try (Scene scene = Scene.open(transport, "/observed")) {
			scene.observed.session().close(MINE).subscribe();
			scene.socket.sendClose(4001, "theirs");
			Close close = scene.socket.awaitClose();
			CloseStatus status = scene.observed.awaitCloseStatus();
			assertThat(List.of(close.code(), status.getCode())).isIn(List.of(4000, 4000), List.of(4001, 4001));
			scene.assertHandlerSees(status);
			scene.assertStreamEndsCleanly();
			scene.assertNothingLeft();
		}
	}

	// The peer breaks the protocol

	@ParameterizedTest
	@EnumSource
	void peerSendsUnmaskedFrame(Transport transport) {
		assertFails(transport, 1002,
				(socket) -> socket.sendUnmaskedFrame(true, 0, Frame.TEXT, new byte[] { 'a', 'b' }));
	}

	@ParameterizedTest
	@EnumSource
	void peerSendsReservedBits(Transport transport) {
		assertFails(transport, 1002, (socket) -> socket.sendFrame(true, 4, Frame.TEXT, new byte[] { 'a' }));
	}

	@ParameterizedTest
	@EnumSource
	void peerSendsContinuationOfNothing(Transport transport) {
		assertFails(transport, 1002, (socket) -> socket.sendContinuation(new byte[] { 'a' }, true));
	}

	@ParameterizedTest
	@EnumSource
	void peerSendsMalformedText(Transport transport) {
		assertFails(transport, 1007,
				(socket) -> socket.sendFrame(true, 0, Frame.TEXT, new byte[] { (byte) 0xFF, (byte) 0xFE }));
	}

	@ParameterizedTest
	@EnumSource
	void peerSendsTooBigMessage(Transport transport) {
		assertFails(transport, 1009, (socket) -> socket.sendBinary(new byte[MAX_MESSAGE_SIZE + 1]));
	}

	@ParameterizedTest
	@EnumSource
	void peerSendsTooBigMessageAndGoesOnSending(Transport transport) {
		assertFails(transport, 1009,
				(socket) -> socket.sendBinary(new byte[(transport.isHttp2()) ? 512 * 1024 : 4 * 1024 * 1024]));
	}

	@ParameterizedTest
	@EnumSource
	void peerSendsTooBigMessageInFragments(Transport transport) {
		assertFails(transport, 1009, (socket) -> {
			socket.sendFrame(false, 0, Frame.TEXT, new byte[MAX_MESSAGE_SIZE]);
			socket.sendContinuation(new byte[1], true);
		});
	}

	@ParameterizedTest
	@EnumSource
	void peerSendsHalfACloseCode(Transport transport) {
		assertFails(transport, 1002, (socket) -> socket.sendFrame(true, 0, Frame.CLOSE, new byte[1]));
	}

	@ParameterizedTest
	@EnumSource
	void peerSendsReservedCloseCode(Transport transport) {
		assertFails(transport, 1002, (socket) -> socket.sendClose(1005, ""));
	}

	@ParameterizedTest
	@EnumSource
	void peerSendsUndefinedCloseCode(Transport transport) {
		assertFails(transport, 1002, (socket) -> socket.sendClose(5000, ""));
	}

	private static void assertFails(Transport transport, int code, Consumer<WebSocketStream> cause) {
		try (Scene scene = Scene.open(transport, "/observed")) {
			scene.socket.sendText("before");
			cause.accept(scene.socket);
			assertThat(scene.socket.awaitClose().code()).isEqualTo(code);
			Signal<?> received = scene.observed.awaitReceived();
			assertThat(received.getThrowable()).isInstanceOf(CorruptedWebSocketFrameException.class);
			assertThat(scene.observed.awaitCloseStatus().getCode()).isEqualTo(code);
			assertThat(scene.observed.awaitSourceEnded()).isEqualTo(SignalType.CANCEL);
			assertThat(scene.observed.awaitMessage()).isEqualTo("before");
			scene.assertStreamEndsCleanly();
			scene.assertNothingLeft();
		}
	}

	/**
	 * A connection with the session that is going to end and, over HTTP/2, a sibling that
	 * is going to stay.
	 */
	private static final class Scene implements AutoCloseable {

		private final Transport transport;

		private final Http2Client http2;

		private final WebSocketConnection connection;

		private final SessionRegistry sessions;

		private final LogCapture log;

		private WebSocketStream sibling;

		private WebSocketStream socket;

		private ObservedSession observed;

		private Scene(TestServers servers, Transport transport) {
			this.transport = transport;
			int port = servers.server(transport).port();
			if (transport.isHttp2()) {
				Http2Client.Builder builder = Http2Client.builder(port).connectionWindowIncrement(1024 * 1024);
				this.http2 = ((transport.isTls()) ? builder.tls() : builder).connect();
				this.connection = WebSocketConnection.of(this.http2);
			}
			else {
				this.http2 = null;
				this.connection = transport.connect(port);
			}
			this.sessions = servers.server(transport).bean(SessionRegistry.class);
			this.log = LogCapture.start();
		}

		static Scene open(Transport transport) {
			return open(patientServers, transport);
		}

		static Scene open(Transport transport, String path) {
			return open(patientServers, transport, path);
		}

		static Scene openHasty(Transport transport, String path) {
			return open(hastyServers, transport, path);
		}

		private static Scene open(TestServers servers, Transport transport) {
			Scene scene = new Scene(servers, transport);
			if (transport.isHttp2()) {
				scene.sibling = scene.connection.open("/echo");
			}
			return scene;
		}

		private static Scene open(TestServers servers, Transport transport, String path) {
			Scene scene = open(servers, transport);
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
			assertThat(this.observed.awaitReceived().isOnComplete()).isTrue();
			assertThat(this.observed.awaitSent().isOnComplete()).isTrue();
			assertThat(this.observed.awaitSourceEnded()).isEqualTo(SignalType.CANCEL);
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
				this.socket.endStream().orTimeout(10, TimeUnit.SECONDS).join();
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
			while (sockets.size() < MAX_STREAMS) {
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

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		HandlerMapping mapping() {
			WebSocketHandler echo = (session) -> session.send(session.receive().doOnNext(WebSocketMessage::retain));
			WebSocketHandler firstOnly = (session) -> session
				.send(session.receive().doOnNext(WebSocketMessage::retain).take(1).concatWith(Flux.never()));
			WebSocketHandler failing = (session) -> {
				throw new IllegalStateException("Fails at once");
			};
			return new SimpleUrlHandlerMapping(Map.of("/echo", echo, "/first-only", firstOnly, "/failing", failing,
					"/observed", ObservedSession.handler(Flux.never()), "/driven", ObservedSession.drivenHandler(),
					"/flood", ObservedSession.handler(Flux.just("x".repeat(1000)).repeat()), "/last",
					ObservedSession.handler(Flux.just("x".repeat(16 * 1024 * 1024)))), -1);
		}

	}

}
