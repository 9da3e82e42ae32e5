package io.github.websockethttp2.transport;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.testsupport.EchoHandlers;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.NettyDataBuffer;
import org.springframework.web.reactive.socket.WebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A stream that has lost some of its bytes does not go on, and its siblings do.
 */
class LostBytesTests {

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Handlers.class);

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void messageThatIsReleasedBeforeItHasLeftEndsItsSessionOnly(Transport transport) {
		try (Http2Client client = SERVERS.http2(transport)) {
			WebSocketStream sibling = client.openWebSocket("/echo");
			WebSocketStream session = client.openWebSocket("/releasing");
			session.sendText("go");
			session.skipToEndOfBytes();
			sibling.sendText("still here");
			assertThat(sibling.awaitText()).isEqualTo("still here");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@Import(EchoHandlers.class)
	static class Handlers {

		@Bean
		@WebSocketMapping("/releasing")
		WebSocketHandler releasing() {
			return (session) -> session.receive().flatMap((message) -> {
				DataBuffer payload = session.bufferFactory().wrap(new byte[10_000]);
				assertThat(payload).isInstanceOf(NettyDataBuffer.class);
				Mono<Void> sent = session.send(Mono.just(session.binaryMessage((factory) -> payload)));
				// An application's mistake
				return Mono.when(sent, Mono.fromRunnable(() -> DataBufferUtils.release(payload)));
			}).then();
		}

	}

}
