package io.github.websockethttp2.channel;

import java.util.Arrays;

import io.github.websockethttp2.testsupport.Close;
import io.github.websockethttp2.testsupport.Frame;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketFrames;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

import org.springframework.web.reactive.socket.CloseStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A peer that leaves without a Close frame: its handler is told, by 1006. The table in
 * {@code docs/endings.md} has a row for each test.
 */
class PeerLeavesTests {

	@RegisterExtension
	static final EndingScenes SCENES = new EndingScenes();

	@ParameterizedTest
	@EnumSource
	void peerEndsItsSideWithoutClose(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/observed")) {
			scene.socket().endStream();
			scene.assertHandlerSeesPeerLeave();
			assertThat(scene.socket().awaitEndOfBytes()).isEqualTo(scene.orderlyEnd());
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void peerResetsItsStream(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/observed")) {
			scene.socket().stream().reset(Http2Error.CANCEL);
			scene.assertHandlerSeesPeerLeave();
			scene.socket().stream().expectNoReset();
			assertThat(scene.socket().stream().isEnded()).isFalse();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void peerResetsItsStreamInTheMiddleOfAMessage(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/observed")) {
			scene.socket().sendFrame(false, 0, Frame.TEXT, new byte[] { 'a' });
			byte[] frame = WebSocketFrames.masked(true, 0, Frame.CONTINUATION, new byte[] { 'b', 'c' });
			scene.socket().sendBytes(Arrays.copyOf(frame, frame.length - 1));
			scene.socket().stream().reset(Http2Error.CANCEL);
			scene.assertHandlerSeesPeerLeave();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void connectionIsLost(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/observed")) {
			scene.connection().abort();
			scene.assertHandlerSeesPeerLeave();
			scene.assertNothingLeftBut(0);
		}
	}

	@ParameterizedTest
	@EnumSource
	void connectionIsLostWhileMuchIsSent(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/flood")) {
			scene.socket().awaitText();
			scene.connection().abort();
			scene.assertHandlerSeesPeerLeave();
			scene.assertNothingLeftBut(0);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void peerResetsItsStreamWhileMuchIsSent(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/flood")) {
			scene.socket().stream().reset(Http2Error.CANCEL);
			scene.assertHandlerSeesPeerLeave();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void peerSendsGoAwayAndTheSessionGoesOn(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/observed")) {
			scene.http2().goAway(Http2Error.NO_ERROR);
			scene.socket().sendText("after GOAWAY");
			assertThat(scene.observed().awaitMessage()).isEqualTo("after GOAWAY");
			scene.observed().session().send(Mono.just(scene.observed().session().textMessage("so be it"))).subscribe();
			assertThat(scene.socket().awaitText()).isEqualTo("so be it");
			scene.socket().sendClose(1001, "");
			scene.assertHandlerSees(new CloseStatus(1001));
			assertThat(scene.socket().awaitClose()).isEqualTo(new Close(1001, ""));
			scene.assertStreamEndsCleanly();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void connectionIsLostWhileTheLastMessageIsSent(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/last-unread")) {
			assertThat(scene.observed().awaitSourceEnded()).isEqualTo(SignalType.ON_COMPLETE);
			scene.connection().abort();
			scene.assertHandlerSeesPeerLeave(SignalType.ON_COMPLETE);
			scene.assertNothingLeftBut(0);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void peerResetsItsStreamWhileTheLastMessageIsSent(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/last-unread")) {
			assertThat(scene.observed().awaitSourceEnded()).isEqualTo(SignalType.ON_COMPLETE);
			scene.socket().stream().reset(Http2Error.CANCEL);
			scene.assertHandlerSeesPeerLeave(SignalType.ON_COMPLETE);
			scene.assertNothingLeft();
		}
	}

}
