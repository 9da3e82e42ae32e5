package io.github.websockethttp2.channel;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.websockethttp2.client.Http2WebSocketClient;
import io.github.websockethttp2.frame.FrameDecoder;
import io.github.websockethttp2.frame.FrameEncoder;
import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.testsupport.SessionChannels;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.buffer.NettyDataBuffer;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SessionPipeline}: what makes a message cheap is there over every
 * transport.
 */
class SessionPipelineTests {

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Handlers.class);

	@ParameterizedTest
	@EnumSource
	void bothEndsHaveOurFrameCodecAlone(Transport transport) {
		TestServer server = SERVERS.server(transport);
		WebSocketSession session = open(transport, server);
		try {
			assertHasOurFrameCodecAlone(SessionChannels.of(session));
			assertHasOurFrameCodecAlone(SessionChannels.of(server.awaitSessions(1)));
		}
		finally {
			session.close().block(Waiting.TIMEOUT);
		}
		server.awaitNoSessions();
	}

	@ParameterizedTest
	@EnumSource
	void onlyLongPayloadsAreInPooledMemory(Transport transport) {
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/memory");
			socket.sendText("short");
			assertThat(socket.awaitText()).isEqualTo("heap");
			socket.sendText("x".repeat(4096));
			assertThat(socket.awaitText()).isEqualTo("heap");
			socket.sendText("x".repeat(4097));
			assertThat(socket.awaitText()).isEqualTo("pooled");
		}
	}

	private static void assertHasOurFrameCodecAlone(Channel channel) {
		List<ChannelHandler> handlers = List.copyOf(channel.pipeline().toMap().values());
		assertThat(handlers).filteredOn(FrameDecoder.class::isInstance).hasSize(1);
		assertThat(handlers).filteredOn(FrameEncoder.class::isInstance).hasSize(1);
		assertThat(handlers).extracting((handler) -> handler.getClass().getPackageName())
			.doesNotContain("io.netty.handler.codec.http", "io.netty.handler.codec.http.websocketx");
	}

	private static WebSocketSession open(Transport transport, TestServer server) {
		Http2WebSocketClient client = Http2WebSocketClient.builder()
			.tls((context) -> context.trustManager(InsecureTrustManagerFactory.INSTANCE))
			.http2(transport.isHttp2())
			.priorKnowledge(transport == Transport.H2C)
			.build();
		CompletableFuture<WebSocketSession> opened = new CompletableFuture<>();
		client.execute(transport.url(server.port(), "/memory"), (session) -> {
			opened.complete(session);
			return session.closeStatus().then();
		}).onErrorResume((error) -> Mono.fromRunnable(() -> opened.completeExceptionally(error))).subscribe();
		return Waiting.join(opened);
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		/**
		 * Says where the payload of each message is.
		 */
		@Bean
		@WebSocketMapping("/memory")
		WebSocketHandler memory() {
			return (session) -> session.send(session.receive().map((message) -> {
				NettyDataBuffer payload = (NettyDataBuffer) message.getPayload();
				return session.textMessage((payload.getNativeBuffer().isDirect()) ? "pooled" : "heap");
			}));
		}

	}

}
