package io.github.websockethttp2.transport;

import java.util.ArrayList;
import java.util.List;

import io.github.websockethttp2.testsupport.EchoHandlers;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * As few DATA frames as the work allows: each costs more than a small message.
 */
class FrameEconomyTests {

	private static final int FRAME_SIZE = 16 * 1024;

	private static final int ROUNDS = 20;

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(EchoHandlers.class);

	/**
	 * Also beyond the first 16 frames of a stream, which is where Netty stops to take the
	 * frames of a read together.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void answersToWhatIsReadTogetherLeaveTogether(Transport transport) {
		try (Http2Client client = SERVERS.http2(transport)) {
			WebSocketStream session = client.openWebSocket("/echo");
			int before = received(client);
			for (int round = 0; round < ROUNDS; round++) {
				client.inOneFlight(() -> {
					for (int i = 0; i < 12; i++) {
						session.sendText("message " + i);
					}
				});
				for (int i = 0; i < 12; i++) {
					assertThat(session.awaitText()).isEqualTo("message " + i);
				}
			}
			// One a round, and a few for flights that came apart on their way
			assertThat(received(client) - before).isLessThanOrEqualTo(ROUNDS + ROUNDS / 3);
		}
	}

	/**
	 * Netty by itself has streams take turns at every kilobyte.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void bigMessagesOfSeveralStreamsAreNotCutIntoSmallFrames(Transport transport) {
		try (Http2Client client = SERVERS.http2Builder(transport)
			.initialWindowSize(256 * FRAME_SIZE)
			.connectionWindowIncrement(256 * FRAME_SIZE)
			.connect()) {
			List<WebSocketStream> sessions = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				sessions.add(client.openWebSocket("/echo"));
			}
			byte[] message = new byte[3 * FRAME_SIZE];
			int before = received(client);
			client.inOneFlight(() -> sessions.forEach((session) -> session.sendBinary(message)));
			sessions.forEach((session) -> assertThat(session.awaitBinary()).isEqualTo(message));
			// Three are needed for each; Netty's kilobyte makes 48 of them
			assertThat(received(client) - before).isLessThanOrEqualTo(2 * 4 * 3);
		}
	}

	/**
	 * And Reactor Netty's client, for one, loses a buffer where they are two.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void closeFrameAndTheEndOfTheStreamAreOneFrame(Transport transport) {
		try (Http2Client client = SERVERS.http2(transport)) {
			WebSocketStream session = client.openWebSocket("/echo");
			int before = received(client);
			session.sendClose(1000, "");
			assertThat(session.awaitClose().code()).isEqualTo(1000);
			session.awaitEndOfBytes();
			assertThat(received(client) - before).isEqualTo(1);
		}
	}

	private static int received(Http2Client client) {
		return (int) client.frames()
			.stream()
			.filter((frame) -> frame.received() && frame.type().equals("DATA"))
			.count();
	}

}
