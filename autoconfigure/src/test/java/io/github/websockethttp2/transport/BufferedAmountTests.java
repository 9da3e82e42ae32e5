package io.github.websockethttp2.transport;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.WebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * How much waits to be sent is known on both sides of the channel's marks.
 */
class BufferedAmountTests {

	private static final int LOW = 1_000;

	private static final int HIGH = 2_000;

	/** More than the kernel takes on behalf of a peer that does not read. */
	private static final int SIZE = 32 * 1024 * 1024;

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Handlers.class);

	@Test
	void followsWhatIsWrittenAndFlushed() {
		EmbeddedChannel channel = new EmbeddedChannel();
		channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(LOW, HIGH));
		long before = BufferedAmount.of(channel);
		assertThat(before).isZero();
		for (int written = 500; written <= 3_000; written += 500) {
			channel.write(Unpooled.buffer(500).writeZero(500));
			assertThat(BufferedAmount.of(channel)).isBetween((long) written, written + 1_000L);
		}
		assertThat(channel.isWritable()).isFalse();
		channel.flush();
		assertThat(BufferedAmount.of(channel)).isZero();
		channel.write(Unpooled.buffer(500).writeZero(500));
		channel.finishAndReleaseAll();
		assertThat(BufferedAmount.of(channel)).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void sessionWhosePeerDoesNotReadTells(Transport transport) {
		WebSocketSessions sessions = SERVERS.server(transport).bean(WebSocketSessions.class);
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			if (transport.isHttp2()) {
				connection.open("/big").stream().autoConsume(false);
			}
			else {
				connection.open("/big");
			}
			await().until(() -> sessions.getCount() == 1);
			LiveSession session = sessions.getAll().iterator().next();
			await().until(() -> session.getBufferedAmount() > SIZE / 4);
			// TLS has 22 bytes more in each record, and Netty counts 96 for each of its
			// buffers
			assertThat(session.getBufferedAmount()).isLessThan(SIZE + SIZE / 100);
			connection.abort();
			await().until(() -> sessions.getCount() == 0);
			assertThat(session.getBufferedAmount()).isZero();
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		@WebSocketMapping("/big")
		WebSocketHandler big() {
			return (session) -> session
				.send(Mono.fromSupplier(() -> session.binaryMessage((buffers) -> buffers.wrap(new byte[SIZE]))));
		}

	}

}
