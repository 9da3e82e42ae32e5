package io.github.websockethttp2.channel;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.websockethttp2.testsupport.Close;
import io.github.websockethttp2.testsupport.EndOfBytes;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

import org.springframework.web.reactive.socket.CloseStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A server that sends a Close frame, and a peer that answers it or does not. The table in
 * {@code docs/endings.md} has a row for each test.
 */
class ServerClosesTests {

	@RegisterExtension
	static final EndingScenes SCENES = new EndingScenes();

	@ParameterizedTest
	@EnumSource
	void handlerCloses(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/observed")) {
			scene.observed().session().close(EndingScene.MINE).block(Waiting.TIMEOUT);
			scene.assertServerHasClosed();
		}
	}

	@ParameterizedTest
	@EnumSource
	void sessionIsClosedFromOutside(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/observed")) {
			assertThat(scene.sessions().close(scene.observed().id(), EndingScene.MINE).block(Waiting.TIMEOUT)).isTrue();
			scene.assertServerHasClosed();
			assertThat(scene.sessions().close(scene.observed().id(), EndingScene.MINE).block(Waiting.TIMEOUT))
				.isFalse();
		}
	}

	@ParameterizedTest
	@EnumSource
	void sessionIsClosedTwice(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/observed")) {
			Mono.when(scene.observed().session().close(EndingScene.MINE),
					scene.observed().session().close(CloseStatus.GOING_AWAY))
				.block(Waiting.TIMEOUT);
			scene.assertServerHasClosed();
		}
	}

	@ParameterizedTest
	@EnumSource
	void statusThatMustNotBeSentIsNotSent(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/observed")) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> scene.observed().session().close(CloseStatus.NO_CLOSE_FRAME).block(Waiting.TIMEOUT));
			assertThat(scene.observed().session().isOpen()).isTrue();
			scene.observed().session().close(EndingScene.MINE).block(Waiting.TIMEOUT);
			scene.assertServerHasClosed();
		}
	}

	@ParameterizedTest
	@EnumSource
	void handlerClosesWithoutCode(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/observed")) {
			scene.observed().session().close(CloseStatus.NO_STATUS_CODE).block(Waiting.TIMEOUT);
			assertThat(scene.socket().awaitClose().code()).isEqualTo(Close.NO_STATUS);
			scene.socket().sendClose();
			scene.assertHandlerSees(CloseStatus.NO_STATUS_CODE);
			scene.assertStreamEndsCleanly();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void longReasonIsCutShort(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/observed")) {
			CloseStatus status = new CloseStatus(4000, "a" + "ü".repeat(100));
			scene.observed().session().close(status).block(Waiting.TIMEOUT);
			assertThat(scene.socket().awaitClose()).isEqualTo(new Close(4000, "a" + "ü".repeat(61)));
			scene.socket().sendClose(4000, "");
			scene.assertHandlerSees(status);
			scene.assertStreamEndsCleanly();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void sessionIsClosedWhileMuchIsSent(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/flood")) {
			CompletableFuture<Boolean> closed = scene.sessions()
				.close(scene.observed().id(), EndingScene.MINE)
				.toFuture();
			// Waits behind what the peer has not read yet
			assertThat(scene.socket().skipToClose()).isEqualTo(new Close(4000, "mine"));
			assertThat(Waiting.join(closed)).isTrue();
			scene.socket().sendClose(4000, "");
			scene.assertHandlerSees(EndingScene.MINE);
			scene.assertStreamEndsCleanly();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void peerNeverAnswersClose(Transport transport) {
		try (EndingScene scene = SCENES.openHasty(transport, "/observed")) {
			long start = System.nanoTime();
			scene.observed().session().close(EndingScene.MINE).subscribe();
			assertThat(scene.socket().awaitClose()).isEqualTo(new Close(4000, "mine"));
			scene.socket().sendText("No answer");
			scene.assertHandlerSees(EndingScene.MINE);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(EndingScenes.CLOSE_TIMEOUT);
			if (transport.isHttp2()) {
				scene.socket().stream().awaitEndStream();
				assertThat(scene.socket().stream().awaitReset()).isEqualTo(Http2Error.NO_ERROR);
				assertThat(Duration.ofNanos(System.nanoTime() - start))
					.isGreaterThanOrEqualTo(EndingScenes.CLOSE_TIMEOUT.multipliedBy(2));
			}
			else {
				assertThat(scene.socket().awaitEndOfBytes()).isEqualTo(EndOfBytes.TCP_CLOSED);
			}
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void peerEndsItsSideInAnswerToClose(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/observed")) {
			scene.observed().session().close(EndingScene.MINE).subscribe();
			assertThat(scene.socket().awaitClose()).isEqualTo(new Close(4000, "mine"));
			scene.socket().endStream();
			scene.observed().awaitReceived();
			assertThat(scene.observed().awaitCloseStatus()).isEqualTo(EndingScene.MINE);
			assertThat(scene.socket().awaitEndOfBytes()).isEqualTo(scene.orderlyEnd());
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void peerAnswersCloseAndNeverEndsItsSide(Transport transport) {
		try (EndingScene scene = SCENES.openHasty(transport, "/observed")) {
			scene.observed().session().close(EndingScene.MINE).subscribe();
			assertThat(scene.socket().awaitClose()).isEqualTo(new Close(4000, "mine"));
			long start = System.nanoTime();
			scene.socket().sendClose(4000, "");
			scene.assertHandlerSees(EndingScene.MINE);
			scene.socket().stream().awaitEndStream();
			assertThat(scene.socket().stream().awaitReset()).isEqualTo(Http2Error.NO_ERROR);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(EndingScenes.CLOSE_TIMEOUT);
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void peerNeitherReadsNorAnswers(Transport transport) {
		try (EndingScene scene = SCENES.openHasty(transport, "/flood-unread")) {
			scene.observed().session().close(EndingScene.MINE).subscribe();
			assertThat(scene.observed().awaitCloseStatus()).isEqualTo(EndingScene.MINE);
			scene.observed().awaitReceived();
			assertThat(scene.observed().awaitSourceEnded()).isEqualTo(SignalType.CANCEL);
			if (transport.isHttp2()) {
				assertThat(scene.socket().stream().awaitReset()).isEqualTo(Http2Error.CANCEL);
			}
			else {
				assertThat(scene.socket().skipToEndOfBytes().kind()).isIn(EndOfBytes.Kind.TCP_CLOSED,
						EndOfBytes.Kind.TCP_RESET);
			}
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void peerEndsItsSideAndDoesNotRead(Transport transport) {
		try (EndingScene scene = SCENES.openHasty(transport, "/flood-unread")) {
			scene.socket().endStream();
			scene.assertHandlerSeesPeerLeave();
			assertThat(scene.socket().stream().awaitReset()).isEqualTo(Http2Error.CANCEL);
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void bothCloseAtOnce(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/observed")) {
			scene.observed().session().close(EndingScene.MINE).subscribe();
			scene.socket().sendClose(4001, "theirs");
			Close close = scene.socket().awaitClose();
			CloseStatus status = scene.observed().awaitCloseStatus();
			assertThat(List.of(close.code(), status.getCode())).isIn(List.of(4000, 4000), List.of(4001, 4001));
			scene.assertHandlerSees(status);
			scene.assertStreamEndsCleanly();
			scene.assertNothingLeft();
		}
	}

}
