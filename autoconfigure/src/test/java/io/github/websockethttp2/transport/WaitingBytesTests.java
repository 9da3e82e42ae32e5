package io.github.websockethttp2.transport;

import java.util.List;

import io.github.websockethttp2.testsupport.EchoHandlers;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.SeenFrame;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who gets a connection's window (RFC 9113, section 5.2) when there is too little of it.
 */
class WaitingBytesTests {

	/** RFC 9113, section 6.9.2: the connection's window at first. */
	private static final int WINDOW = 65_535;

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(EchoHandlers.class);

	/**
	 * A message that would fit into a new window must not overtake one that does not, or
	 * big messages would never leave.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void whoeverHasWaitedComesFirst(Transport transport) {
		try (Http2Client client = SERVERS.http2Builder(transport)
			.initialWindowSize(10 * WINDOW)
			.connectionWindowIncrement(0)
			.autoConsume(false)
			.connect()) {
			WebSocketStream big = client.openWebSocket("/echo");
			WebSocketStream small = client.openWebSocket("/echo");
			byte[] message = new byte[35_000];
			big.sendBinary(message);
			big.sendBinary(message);
			awaitReceived(client, WINDOW);
			client.inOneFlight(() -> {
				client.windowUpdate(1_000);
				small.sendText("small");
			});
			awaitReceived(client, WINDOW + 1_000);
			assertThat(data(client)).allMatch((frame) -> frame.streamId() == big.stream().id());
			client.windowUpdate(WINDOW);
			assertThat(big.awaitBinary()).isEqualTo(message);
			assertThat(big.awaitBinary()).isEqualTo(message);
			assertThat(small.awaitText()).isEqualTo("small");
		}
	}

	private static void awaitReceived(Http2Client client, int bytes) {
		client.awaitFrame(bytes + " bytes of DATA", (frame) -> received(client) >= bytes);
		assertThat(received(client)).isEqualTo(bytes);
	}

	private static int received(Http2Client client) {
		return data(client).stream().mapToInt((frame) -> Integer.parseInt(frame.detail().split(" ")[0])).sum();
	}

	private static List<SeenFrame> data(Http2Client client) {
		return client.frames().stream().filter((frame) -> frame.received() && frame.type().equals("DATA")).toList();
	}

}
