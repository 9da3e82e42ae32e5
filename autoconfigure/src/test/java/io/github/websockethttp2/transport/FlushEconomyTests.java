package io.github.websockethttp2.transport;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.Frame;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketFrames;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * As few writes to the socket as the work allows: each is a call of the kernel.
 */
class FlushEconomyTests {

	private static final int SESSIONS = 50;

	private static final int ROUNDS = 20;

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Handlers.class);

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void messageToAllSessionsOfAConnectionIsOneFlush(Transport transport) {
		try (Http2Client client = SERVERS.http2(transport)) {
			List<WebSocketStream> sessions = open(client, transport);
			int before = flushes(transport);
			push(sessions, "x");
			// One for them all, and few for what else the connection has to say
			assertThat(flushes(transport) - before).isBetween(1, 5);
			// Nobody waited for the peer, but perhaps the one that was read
			assertThat(SERVERS.server(transport).bean(SessionRegistry.class).getAll())
				.filteredOn((session) -> waits(session))
				.hasSizeLessThanOrEqualTo(1);
		}
	}

	/**
	 * Over HTTP/2, {@link FrameEconomyTests} counts the frames.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H1", "H1_TLS" })
	void answersToWhatIsReadTogetherAreOneWrite(Transport transport) {
		FlushCounter counter = SERVERS.server(transport).bean(FlushCounter.class);
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream session = connection.open("/push");
			ByteArrayOutputStream flight = new ByteArrayOutputStream();
			for (int i = 0; i < 12; i++) {
				byte[] message = ("message " + i).getBytes(StandardCharsets.UTF_8);
				flight.writeBytes(WebSocketFrames.masked(true, 0, Frame.TEXT, message));
			}
			int writes = counter.writes.get();
			int flushes = counter.flushes.get();
			for (int round = 0; round < ROUNDS; round++) {
				session.sendBytes(flight.toByteArray());
				for (int i = 0; i < 12; i++) {
					assertThat(session.awaitText()).isEqualTo("message " + i);
				}
			}
			// One a round, and a few for flights that came apart on their way
			assertThat(counter.writes.get() - writes).isBetween(ROUNDS, ROUNDS + ROUNDS / 3);
			assertThat(counter.flushes.get() - flushes).isBetween(ROUNDS, ROUNDS + ROUNDS / 3);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void burstIsFlushedEarly(Transport transport) {
		try (Http2Client client = SERVERS.http2Builder(transport)
			.initialWindowSize(1024 * 1024)
			.connectionWindowIncrement(64 * 1024 * 1024)
			.connect()) {
			List<WebSocketStream> sessions = open(client, transport);
			int before = flushes(transport);
			push(sessions, "x".repeat(60_000));
			// 3 MB, of which 64 KB may wait, and a frame of 16 KB behind it
			assertThat(flushes(transport) - before).isGreaterThanOrEqualTo(SESSIONS * 60_000 / (80 * 1024));
		}
	}

	private static List<WebSocketStream> open(Http2Client client, Transport transport) {
		Sinks.Many<?> all = SERVERS.server(transport).bean(Sinks.Many.class);
		await().until(() -> all.currentSubscriberCount() == 0);
		List<WebSocketStream> sessions = new ArrayList<>();
		for (int i = 0; i < SESSIONS; i++) {
			sessions.add(client.openWebSocket("/push"));
		}
		await().until(() -> all.currentSubscriberCount() == SESSIONS);
		return sessions;
	}

	private static boolean waits(LiveSession session) {
		Object handler = ReflectionTestUtils.getField(session, "sessionHandler");
		Object outbound = ReflectionTestUtils.getField(handler, "outbound");
		Object flushes = ReflectionTestUtils.getField(outbound, "flushes");
		return ReflectionTestUtils.getField(flushes, "wait") != null;
	}

	private static void push(List<WebSocketStream> sessions, String message) {
		sessions.get(0).sendText(message);
		sessions.forEach((session) -> assertThat(session.awaitText()).isEqualTo(message));
	}

	private static int flushes(Transport transport) {
		return SERVERS.server(transport).bean(FlushCounter.class).flushes.get();
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		Sinks.Many<String> all() {
			return Sinks.many().multicast().directBestEffort();
		}

		@Bean
		FlushCounter flushCounter() {
			return new FlushCounter();
		}

		@Bean
		NettyServerCustomizer counting(FlushCounter counter) {
			return (server) -> server
				.doOnChannelInit((observer, channel, address) -> channel.pipeline().addFirst(counter));
		}

		@Bean
		HandlerMapping mapping(Sinks.Many<String> all) {
			WebSocketHandler push = (session) -> {
				// On the event loop, which sends it to all in one turn
				Mono<Void> input = session.receive()
					.map(WebSocketMessage::getPayloadAsText)
					.doOnNext(all::tryEmitNext)
					.then();
				return session.send(all.asFlux().map(session::textMessage)).and(input);
			};
			return new SimpleUrlHandlerMapping(Map.of("/push", push), -1);
		}

	}

	@ChannelHandler.Sharable
	private static final class FlushCounter extends ChannelOutboundHandlerAdapter {

		private final AtomicInteger writes = new AtomicInteger();

		private final AtomicInteger flushes = new AtomicInteger();

		@Override
		public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
			this.writes.incrementAndGet();
			ctx.write(message, promise);
		}

		@Override
		public void flush(ChannelHandlerContext ctx) {
			this.flushes.incrementAndGet();
			ctx.flush();
		}

	}

}
