package io.github.websockethttp2.server.http2;

import io.github.websockethttp2.testsupport.EchoHandlers;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A few empty frames are nothing, a flood of them is one.
 */
class EmptyDataFramesTests {

	private static final int RESETS = 20;

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(EchoHandlers.class,
			"websocket.http2.max-client-resets=" + RESETS);

	@ParameterizedTest
	@CsvSource({ "H2C, 1", "H2C, 3", "H2C, 5", "H2C, 256", "H2, 5", "H2, 256" })
	void someHarmNobody(Transport transport, int number) {
		try (Http2Client client = SERVERS.http2(transport)) {
			WebSocketStream sibling = client.openWebSocket("/echo");
			WebSocketStream socket = client.openWebSocket("/echo");
			for (int round = 0; round < 3; round++) {
				sendEmpty(client, socket, number);
				socket.sendText("on");
				assertThat(socket.awaitText()).isEqualTo("on");
			}
			// Other frames of the connection end a row, too
			sendEmpty(client, socket, number);
			sibling.sendText("on");
			assertThat(sibling.awaitText()).isEqualTo("on");
			sendEmpty(client, socket, number);
			client.openWebSocket("/echo");
			sendEmpty(client, socket, number);
			socket.stream().endStream();
			sendEmpty(client, sibling, number);
			client.barrier();
			assertThat(client.goAways()).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void floodEndsTheConnection(Transport transport) {
		try (Http2Client client = SERVERS.http2(transport)) {
			WebSocketStream socket = client.openWebSocket("/echo");
			sendEmpty(client, socket, EmptyDataFrames.MAX + 1);
			assertThat(client.awaitGoAway().error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
		}
	}

	/**
	 * Empty frames between resets make Netty forget how many these were.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void resetsAreCountedAllTheSame(Transport transport) {
		try (Http2Client client = SERVERS.http2(transport)) {
			WebSocketStream socket = client.openWebSocket("/echo");
			for (int i = 0; i < RESETS; i++) {
				client.openWebSocket("/echo").stream().reset(Http2Error.CANCEL);
				sendEmpty(client, socket, 4);
			}
			socket.sendText("on");
			assertThat(socket.awaitText()).isEqualTo("on");
			client.openWebSocket("/echo").stream().reset(Http2Error.CANCEL);
			assertThat(client.awaitGoAway().error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
		}
	}

	private static void sendEmpty(Http2Client client, WebSocketStream socket, int number) {
		client.inOneFlight(() -> {
			for (int i = 0; i < number; i++) {
				client.sendFrame(Http2FrameTypes.DATA, 0, socket.stream().id(), new byte[0]);
			}
		});
	}

}
