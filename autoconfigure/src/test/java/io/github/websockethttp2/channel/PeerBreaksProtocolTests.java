package io.github.websockethttp2.channel;

import java.util.function.Consumer;

import io.github.websockethttp2.testsupport.Frame;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Signal;
import reactor.core.publisher.SignalType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A peer that breaks the protocol is told how by the code that its session fails with.
 * The table in {@code docs/endings.md} has a row for each test.
 */
class PeerBreaksProtocolTests {

	@RegisterExtension
	static final EndingScenes SCENES = new EndingScenes();

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
		assertFails(transport, 1009, (socket) -> socket.sendBinary(new byte[EndingScenes.MAX_MESSAGE_SIZE + 1]));
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
			socket.sendFrame(false, 0, Frame.TEXT, new byte[EndingScenes.MAX_MESSAGE_SIZE]);
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
		try (EndingScene scene = SCENES.open(transport, "/observed")) {
			scene.socket().sendText("before");
			cause.accept(scene.socket());
			assertThat(scene.socket().awaitClose().code()).isEqualTo(code);
			Signal<?> received = scene.observed().awaitReceived();
			assertThat(received.getThrowable()).isInstanceOf(CorruptedWebSocketFrameException.class);
			assertThat(scene.observed().awaitCloseStatus().getCode()).isEqualTo(code);
			assertThat(scene.observed().awaitSourceEnded()).isEqualTo(SignalType.CANCEL);
			assertThat(scene.observed().awaitMessage()).isEqualTo("before");
			scene.assertStreamEndsCleanly();
			scene.assertNothingLeft();
		}
	}

}
