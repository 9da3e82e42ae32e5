package io.github.websockethttp2.channel;

import java.time.Duration;

import io.github.websockethttp2.testsupport.Close;
import io.github.websockethttp2.testsupport.EndOfBytes;
import io.github.websockethttp2.testsupport.Frame;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketFrames;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.SignalType;

import org.springframework.web.reactive.socket.CloseStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A peer that sends a Close frame, and ends its side at once, late or never. The table in
 * {@code docs/endings.md} has a row for each test.
 */
class PeerClosesTests {

	@RegisterExtension
	static final EndingScenes SCENES = new EndingScenes();

	@ParameterizedTest
	@EnumSource
	void peerCloses(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/observed")) {
			scene.socket().sendText("last");
			scene.socket().sendClose(4001, "why");
			assertThat(scene.socket().awaitClose()).isEqualTo(new Close(4001, ""));
			scene.assertHandlerSees(new CloseStatus(4001, "why"));
			assertThat(scene.observed().awaitMessage()).isEqualTo("last");
			scene.assertStreamEndsCleanly();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void peerClosesWithoutCode(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/observed")) {
			scene.socket().sendClose();
			assertThat(scene.socket().awaitClose().code()).isEqualTo(Close.NO_STATUS);
			scene.assertHandlerSees(CloseStatus.NO_STATUS_CODE);
			scene.assertStreamEndsCleanly();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void peerClosesAndEndsItsSideInOneFrame(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/observed")) {
			byte[] close = WebSocketFrames.masked(true, 0, Frame.CLOSE, WebSocketFrames.closePayload(1000, ""));
			if (transport.isHttp2()) {
				scene.socket().stream().send(close, true);
			}
			else {
				scene.socket().sendBytes(close);
				scene.socket().endStream();
			}
			scene.assertPeerHasClosed();
		}
	}

	@ParameterizedTest
	@EnumSource
	void peerClosesAndEndsItsSideInTwoFrames(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/observed")) {
			Runnable writes = () -> {
				scene.socket().sendClose(1000, "");
				scene.socket().endStream();
			};
			if (transport.isHttp2()) {
				scene.http2().inOneFlight(writes);
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
		try (EndingScene scene = SCENES.openHasty(transport, "/observed")) {
			scene.socket().sendClose(1000, "");
			assertThat(scene.socket().awaitClose().code()).isEqualTo(1000);
			assertThat(scene.socket().awaitEndOfBytes()).isEqualTo(EndOfBytes.END_STREAM);
			scene.socket().sendText("Too late to be read");
			scene.socket().endStream();
			scene.assertHandlerSees(CloseStatus.NORMAL);
			// Its timeout begins later, so that it has no reset when this one has one
			WebSocketStream marker = scene.connection().open("/echo");
			marker.sendClose(1000, "");
			assertThat(marker.stream().awaitReset()).isEqualTo(Http2Error.NO_ERROR);
			scene.socket().stream().expectNoReset();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void peerClosesAndNeverEndsItsSide(Transport transport) {
		try (EndingScene scene = SCENES.openHasty(transport, "/observed")) {
			long start = System.nanoTime();
			scene.socket().sendClose(1000, "");
			assertThat(scene.socket().awaitClose().code()).isEqualTo(1000);
			scene.assertHandlerSees(CloseStatus.NORMAL);
			scene.socket().stream().awaitEndStream();
			assertThat(scene.socket().stream().awaitReset()).isEqualTo(Http2Error.NO_ERROR);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(EndingScenes.CLOSE_TIMEOUT);
			scene.assertNothingLeft();
		}
	}

	/**
	 * What can no longer leave is dropped, as is whatever a handler still sends.
	 */
	@ParameterizedTest
	@EnumSource
	void peerClosesAndIsLostWhileTheLastMessageIsSent(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/last-unread")) {
			assertThat(scene.observed().awaitSourceEnded()).isEqualTo(SignalType.ON_COMPLETE);
			scene.socket().sendClose(1000, "");
			assertThat(scene.observed().awaitCloseStatus()).isEqualTo(CloseStatus.NORMAL);
			scene.connection().abort();
			scene.assertHandlerSees(CloseStatus.NORMAL, SignalType.ON_COMPLETE);
			scene.assertNothingLeftBut(0);
		}
	}

}
