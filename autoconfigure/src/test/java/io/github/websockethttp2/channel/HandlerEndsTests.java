package io.github.websockethttp2.channel;

import io.github.websockethttp2.testsupport.Close;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.web.reactive.socket.CloseStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A handler that comes to its end, or to that of one direction, before its peer does. The
 * table in {@code docs/endings.md} has a row for each test.
 */
class HandlerEndsTests {

	@RegisterExtension
	static final EndingScenes SCENES = new EndingScenes();

	@ParameterizedTest
	@EnumSource
	void handlerCompletes(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/driven")) {
			scene.observed().complete();
			assertThat(scene.socket().awaitClose()).isEqualTo(new Close(1000, ""));
			scene.socket().sendClose(1000, "");
			scene.assertHandlerSees(CloseStatus.NORMAL);
			scene.assertStreamEndsCleanly();
			scene.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource
	void handlerFails(Transport transport) {
		try (EndingScene scene = SCENES.open(transport, "/driven")) {
			scene.observed().fail(new IllegalStateException("The test wants it so"));
			assertThat(scene.socket().awaitClose().code()).isEqualTo(1011);
			scene.socket().sendClose(1011, "");
			scene.assertHandlerSees(CloseStatus.SERVER_ERROR);
			scene.assertStreamEndsCleanly();
			scene.assertNothingLeft("The test wants it so");
		}
	}

	@ParameterizedTest
	@EnumSource
	void handlerFailsAtOnce(Transport transport) {
		try (EndingScene scene = SCENES.open(transport)) {
			WebSocketStream socket = scene.connection().open("/failing");
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
		try (EndingScene scene = SCENES.open(transport)) {
			WebSocketStream socket = scene.connection().open("/first-only");
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

}
