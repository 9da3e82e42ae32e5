package io.github.websockethttp2.server.http2;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.websockethttp2.observation.WebSocketMeterNames;
import io.github.websockethttp2.server.HandlerFailures;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.Frame;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.Http2Stream;
import io.github.websockethttp2.testsupport.Often;
import io.github.websockethttp2.testsupport.SampledLeaks;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketFrames;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Sessions that are opened and ended in every way, at random and for long, over one
 * connection: it goes on taking as many streams as it allows, and what they had is given
 * back. How many they are is set by the system property {@code soak.sessions}.
 */
@SampledLeaks
class SlotSoakTests {

	private static final int SESSIONS = Integer.getInteger("soak.sessions", Often.times(2_000, 10_000));

	private static final int MAX_STREAMS = 100;

	/** While these are opened, those before them end. */
	private static final int BATCH = MAX_STREAMS / 2;

	/** After so many the client forgets them. */
	private static final int CHUNK = 10 * BATCH;

	private static final int MAX_MESSAGE_SIZE = 1024;

	private static final long SEED = 8441;

	private static final long MEMORY_TOLERANCE = 64 * 1024;

	@RegisterExtension
	static final TestServers servers = new TestServers(Server.class,
			"websocket.http2.max-streams-per-connection=" + MAX_STREAMS,
			"websocket.http2.max-sessions-per-connection=" + MAX_STREAMS, "websocket.http2.close-timeout=5ms",
			"websocket.http2.max-message-size=" + MAX_MESSAGE_SIZE + "B",
			"websocket.http2.max-client-resets=" + Integer.MAX_VALUE,
			// Of the handlers that fail there are too many to be told of
			"logging.level." + HandlerFailures.class.getName() + "=off");

	@ParameterizedTest
	@EnumSource(names = "H2C")
	void connectionIsAsGoodAsNew(Transport transport) {
		Random random = new Random(SEED);
		try (Http2Client client = client(transport)) {
			soak(client, random, CHUNK);
			assertAllSlotsAreBack(client, transport);
			long memory = usedMemory();
			for (int ended = 0; ended < SESSIONS; ended += CHUNK) {
				soak(client, random, CHUNK);
				client.forget();
			}
			assertAllSlotsAreBack(client, transport);
			assertThat(client.goAways()).isEmpty();
			await().untilAsserted(() -> assertThat(usedMemory()).isLessThan(memory + MEMORY_TOLERANCE));
			assertNoSessionIsKept();
		}
	}

	private static Http2Client client(Transport transport) {
		return servers.http2Builder(transport).connectionWindowIncrement(64 * 1024 * 1024).lateFrames().connect();
	}

	private static void soak(Http2Client client, Random random, int count) {
		List<Ending> previous = List.of();
		for (int opened = 0; opened < count; opened += BATCH) {
			List<Ending> current = random.ints(BATCH, 0, Way.values().length)
				.mapToObj((index) -> new Ending(client, Way.values()[index]))
				.toList();
			List<Ending> ending = previous;
			client.inOneFlight(() -> {
				for (int i = 0; i < BATCH; i++) {
					current.get(i).open();
					if (!ending.isEmpty()) {
						ending.get(i).end();
					}
				}
			});
			ending.forEach(Ending::answer);
			ending.forEach(Ending::awaitEnd);
			current.forEach(Ending::awaitOpen);
			previous = current;
		}
		List<Ending> last = previous;
		client.inOneFlight(() -> last.forEach(Ending::end));
		last.forEach(Ending::answer);
		last.forEach(Ending::awaitEnd);
	}

	private static void assertAllSlotsAreBack(Http2Client client, Transport transport) {
		SessionRegistry sessions = servers.server(transport).bean(SessionRegistry.class);
		List<WebSocketStream> sockets = new ArrayList<>();
		for (int i = 0; i < MAX_STREAMS; i++) {
			sockets.add(client.openWebSocket("/obedient"));
		}
		for (WebSocketStream socket : sockets) {
			socket.sendText("echo");
			assertThat(socket.awaitText()).isEqualTo("echo");
		}
		await().untilAsserted(() -> assertThat(sessions.getCount()).isEqualTo(MAX_STREAMS));
		for (WebSocketStream socket : sockets) {
			socket.stream().send(closeFrame(), true);
			assertThat(socket.awaitClose().code()).isEqualTo(1000);
			socket.stream().awaitEndStream();
		}
		await().untilAsserted(() -> assertThat(sessions.getCount()).isZero());
		await().untilAsserted(() -> assertThat(sessions.getBudget().getUsed()).isZero());
		MeterRegistry meters = servers.server(transport).bean(MeterRegistry.class);
		assertThat(meters.get(WebSocketMeterNames.ACTIVE).gauges())
			.allSatisfy((gauge) -> assertThat(gauge.value()).isZero());
		client.barrier();
	}

	private static void assertNoSessionIsKept() {
		await().untilAsserted(() -> {
			System.gc();
			Server.SESSIONS.removeIf((session) -> session.refersTo(null));
			assertThat(Server.SESSIONS).isEmpty();
		});
	}

	private static long usedMemory() {
		return Server.ALLOCATOR.pinnedDirectMemory() + Server.ALLOCATOR.pinnedHeapMemory();
	}

	private static byte[] closeFrame() {
		return WebSocketFrames.masked(true, 0, Frame.CLOSE, WebSocketFrames.closePayload(1000, ""));
	}

	/**
	 * The ways in which a session ends.
	 */
	enum Way {

		CLOSE_WITH_END_STREAM, CLOSE_THEN_END_STREAM, CLOSE_AND_LATER_END_STREAM, CLOSE_AND_NEVER_END_STREAM,

		END_STREAM, MESSAGE_THEN_END_STREAM, RESET, HALF_A_MESSAGE_THEN_RESET, MESSAGES_THAT_NOBODY_READS_THEN_RESET,

		HANDLER_COMPLETES, HANDLER_FAILS, HANDLER_CLOSES, HANDLER_CLOSES_WITHOUT_ANSWER, HANDLER_FLOODS_THEN_RESET,

		HANDLER_FLOODS_THEN_END_STREAM, HANDLER_FLOODS_THEN_CLOSE, UNMASKED, MALFORMED_TEXT, TOO_BIG,

		TOO_BIG_IN_FRAGMENTS, REFUSED, REFUSED_AND_NEVER_END_STREAM, RESET_AT_ONCE

	}

	/**
	 * A session that ends in one of the ways.
	 */
	private static final class Ending {

		private final Http2Client client;

		private final Way way;

		private Http2Stream stream;

		private WebSocketStream socket;

		Ending(Http2Client client, Way way) {
			this.client = client;
			this.way = way;
		}

		void open() {
			String path = switch (this.way) {
				case MESSAGES_THAT_NOBODY_READS_THEN_RESET -> "/deaf";
				case REFUSED, REFUSED_AND_NEVER_END_STREAM -> "/missing";
				default -> "/obedient";
			};
			this.stream = this.client.open(this.client.webSocket(path), false);
			this.socket = WebSocketStream.of(this.stream);
			if (this.way == Way.RESET_AT_ONCE) {
				this.socket.sendText("early");
				this.stream.reset(Http2Error.CANCEL);
			}
		}

		void awaitOpen() {
			if (this.way != Way.RESET_AT_ONCE) {
				assertThat(this.stream.status())
					.isEqualTo((this.way.name().startsWith(Way.REFUSED.name())) ? 404 : 200);
			}
		}

		void end() {
			switch (this.way) {
				case CLOSE_WITH_END_STREAM -> this.stream.send(closeFrame(), true);
				case CLOSE_THEN_END_STREAM -> {
					this.stream.send(closeFrame(), false);
					this.stream.endStream();
				}
				case CLOSE_AND_LATER_END_STREAM, CLOSE_AND_NEVER_END_STREAM -> this.stream.send(closeFrame(), false);
				case END_STREAM, REFUSED -> this.stream.endStream();
				case MESSAGE_THEN_END_STREAM -> {
					this.socket.sendText("last");
					this.stream.endStream();
				}
				case RESET -> this.stream.reset(Http2Error.CANCEL);
				case HALF_A_MESSAGE_THEN_RESET -> {
					this.socket.sendFrame(false, 0, Frame.BINARY, new byte[100]);
					this.stream.reset(Http2Error.CANCEL);
				}
				case MESSAGES_THAT_NOBODY_READS_THEN_RESET -> {
					for (int i = 0; i < 10; i++) {
						this.socket.sendBinary(new byte[500]);
					}
					this.stream.reset(Http2Error.CANCEL);
				}
				case HANDLER_COMPLETES -> this.socket.sendText("complete");
				case HANDLER_FAILS -> this.socket.sendText("fail");
				case HANDLER_CLOSES, HANDLER_CLOSES_WITHOUT_ANSWER -> this.socket.sendText("close");
				case HANDLER_FLOODS_THEN_RESET, HANDLER_FLOODS_THEN_END_STREAM, HANDLER_FLOODS_THEN_CLOSE -> {
					this.stream.autoConsume(false);
					this.socket.sendText("flood");
				}
				case UNMASKED -> this.socket.sendUnmaskedFrame(true, 0, Frame.TEXT, new byte[] { 'a' });
				case MALFORMED_TEXT -> this.socket.sendFrame(true, 0, Frame.TEXT, new byte[] { (byte) 0xFF });
				case TOO_BIG -> this.socket.sendBinary(new byte[MAX_MESSAGE_SIZE + 1]);
				case TOO_BIG_IN_FRAGMENTS -> {
					this.socket.sendFrame(false, 0, Frame.BINARY, new byte[MAX_MESSAGE_SIZE]);
					this.socket.sendContinuation(new byte[1], true);
				}
				case REFUSED_AND_NEVER_END_STREAM, RESET_AT_ONCE -> {
				}
			}
		}

		void answer() {
			switch (this.way) {
				case CLOSE_AND_LATER_END_STREAM, UNMASKED, MALFORMED_TEXT, TOO_BIG, TOO_BIG_IN_FRAGMENTS -> {
					this.stream.awaitEndOfBytes();
					this.stream.endStream();
				}
				case HANDLER_COMPLETES, HANDLER_FAILS, HANDLER_CLOSES -> {
					this.socket.awaitClose();
					this.stream.send(closeFrame(), true);
				}
				case HANDLER_FLOODS_THEN_RESET -> {
					this.stream.awaitReceivedBytes(10_000);
					this.stream.reset(Http2Error.CANCEL);
				}
				case HANDLER_FLOODS_THEN_END_STREAM -> {
					this.stream.awaitReceivedBytes(10_000);
					this.stream.endStream();
				}
				case HANDLER_FLOODS_THEN_CLOSE -> {
					this.stream.awaitReceivedBytes(10_000);
					this.stream.send(closeFrame(), false);
				}
				default -> {
				}
			}
		}

		void awaitEnd() {
			switch (this.way) {
				case RESET, HALF_A_MESSAGE_THEN_RESET, MESSAGES_THAT_NOBODY_READS_THEN_RESET, RESET_AT_ONCE,
						HANDLER_FLOODS_THEN_RESET ->
					// Nothing more comes from the server
					this.stream.isReset();
				case CLOSE_AND_NEVER_END_STREAM, REFUSED_AND_NEVER_END_STREAM, HANDLER_CLOSES_WITHOUT_ANSWER,
						HANDLER_FLOODS_THEN_END_STREAM, HANDLER_FLOODS_THEN_CLOSE ->
					this.stream.awaitReset();
				default -> this.stream.awaitEndOfBytes();
			}
			this.stream.autoConsume(true);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Server {

		static final Queue<WeakReference<WebSocketSession>> SESSIONS = new ConcurrentLinkedQueue<>();

		/** One that tells to the byte what is in use. */
		static final PooledByteBufAllocator ALLOCATOR = new PooledByteBufAllocator(true);

		@Bean
		NettyServerCustomizer allocator() {
			return (server) -> server.childOption(ChannelOption.ALLOCATOR, ALLOCATOR);
		}

		@Bean
		HandlerMapping mapping() {
			WebSocketHandler obedient = (session) -> {
				SESSIONS.add(new WeakReference<>(session));
				return session.receive()
					.map(WebSocketMessage::getPayloadAsText)
					.concatMap((order) -> obey(session, order))
					.takeUntil("complete"::equals)
					.then();
			};
			WebSocketHandler deaf = (session) -> {
				SESSIONS.add(new WeakReference<>(session));
				return Mono.never();
			};
			return new SimpleUrlHandlerMapping(Map.of("/obedient", obedient, "/deaf", deaf), -1);
		}

		private static Mono<String> obey(WebSocketSession session, String order) {
			Mono<Void> action = switch (order) {
				case "close" -> session.close(new CloseStatus(4000));
				case "fail" -> Mono.error(new IllegalStateException("As ordered"));
				case "flood" -> session.send(Flux.range(0, Integer.MAX_VALUE)
					.map((i) -> session.binaryMessage((factory) -> factory.wrap(new byte[10_000]))));
				case "echo" -> session.send(Mono.just(session.textMessage(order)));
				default -> Mono.empty();
			};
			return action.thenReturn(order);
		}

	}

}
