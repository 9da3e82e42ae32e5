package io.github.websockethttp2.server.http2;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that never end their side of a stream, with a close timeout that no test waits
 * for.
 */
class CrowdedConnectionTests {

	private static final int STREAMS = 8;

	@RegisterExtension
	static final TestServers servers = new TestServers(Handlers.class, "websocket.http2.close-timeout=5m",
			"websocket.http2.max-streams-per-connection=" + STREAMS,
			"websocket.http2.max-sessions-per-connection=" + STREAMS);

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void endedStreamsMakeRoomForOthers(Transport transport) {
		try (Http2Client client = servers.http2(transport)) {
			for (int round = 0; round < 2; round++) {
				closeAndAwaitReset(openAll(client));
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void endedStreamsWaitForTheirPeerWhereThereIsRoom(Transport transport) {
		try (Http2Client client = servers.http2(transport); Http2Client crowded = servers.http2(transport)) {
			WebSocketStream socket = client.openWebSocket("/never");
			close(socket);
			closeAndAwaitReset(openAll(crowded));
			client.barrier();
			socket.stream().expectNoReset();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void openStreamsStayHoweverCrowdedItIs(Transport transport) {
		try (Http2Client client = servers.http2(transport)) {
			List<WebSocketStream> sockets = openAll(client);
			List<WebSocketStream> ended = sockets.subList(0, 3);
			closeAndAwaitReset(ended);
			for (WebSocketStream socket : sockets.subList(ended.size(), STREAMS)) {
				socket.sendPing("there");
				assertThat(socket.awaitPong()).isEqualTo("there");
			}
		}
	}

	private static List<WebSocketStream> openAll(Http2Client client) {
		List<WebSocketStream> sockets = new ArrayList<>();
		for (int i = 0; i < STREAMS; i++) {
			sockets.add(client.openWebSocket("/never"));
		}
		return sockets;
	}

	private static void closeAndAwaitReset(List<WebSocketStream> sockets) {
		sockets.forEach(CrowdedConnectionTests::close);
		sockets.forEach((socket) -> assertThat(socket.stream().awaitReset()).isEqualTo(Http2Error.NO_ERROR));
	}

	private static void close(WebSocketStream socket) {
		socket.sendClose(1000, "");
		assertThat(socket.awaitClose().code()).isEqualTo(1000);
		socket.stream().awaitEndStream();
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		HandlerMapping mapping() {
			WebSocketHandler never = (session) -> session.receive().then();
			return new SimpleUrlHandlerMapping(Map.of("/never", never), -1);
		}

	}

}
