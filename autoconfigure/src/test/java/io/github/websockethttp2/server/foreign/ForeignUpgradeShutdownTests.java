package io.github.websockethttp2.server.foreign;

import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.github.websockethttp2.testsupport.EndOfBytes;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server that goes down tells the peers of WebSockets, too, that others have opened.
 */
class ForeignUpgradeShutdownTests {

	@ParameterizedTest
	@MethodSource("io.github.websockethttp2.server.foreign.ForeignUpgradeTests#doors")
	void shutdownTellsThePeer(Transport transport, String path) throws Exception {
		String[] properties = Stream
			.concat(Stream.of(ForeignUpgradeTests.PROPERTIES), Stream.of("server.shutdown=immediate"))
			.toArray(String[]::new);
		try (TestServer server = TestServer.start(transport, ForeignUpgradeTests.Application.class, properties);
				WebSocketConnection connection = server.connect()) {
			WebSocketStream socket = connection.open(path);
			CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
			assertThat(socket.skipToClose().code()).isEqualTo(1001);
			Waiting.join(closing);
		}
	}

	@ParameterizedTest
	@MethodSource("io.github.websockethttp2.server.foreign.ForeignUpgradeTests#echoes")
	void gracefulShutdownTellsThePeerAndWaitsForIt(Transport transport, String path) throws Exception {
		String[] properties = Stream
			.concat(Stream.of(ForeignUpgradeTests.PROPERTIES), Stream.of("server.shutdown=graceful"))
			.toArray(String[]::new);
		try (TestServer server = TestServer.start(transport, ForeignUpgradeTests.Application.class, properties);
				WebSocketConnection connection = server.connect()) {
			WebSocketStream socket = connection.open(path);
			CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
			assertThat(socket.skipToClose().code()).isEqualTo(1001);
			socket.sendClose(1001, "");
			if (transport.isHttp2()) {
				socket.endStream();
				assertThat(socket.awaitEndOfBytes()).isEqualTo(EndOfBytes.END_STREAM);
			}
			Waiting.join(closing);
		}
	}

}
