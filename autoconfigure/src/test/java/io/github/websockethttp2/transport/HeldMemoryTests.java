package io.github.websockethttp2.transport;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.testsupport.ChildJvm;
import io.github.websockethttp2.testsupport.Frame;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.Http2Stream;
import io.github.websockethttp2.testsupport.SampledLeaks;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketFrames;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.internal.PlatformDependent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a hostile client can make the server hold is bounded by the formula in
 * {@code docs/flow-control.md}, with the default settings. The server is a process of its
 * own, so that what is measured is the server's.
 */
@SampledLeaks
class HeldMemoryTests {

	private static final int KB = 1024;

	private static final int MB = 1024 * KB;

	private static final int WINDOW = 256 * 1024;

	private static final int STREAMS = 128;

	private static final int SESSIONS = 116;

	private static final long CONNECTION_WINDOW = STREAMS * WINDOW + 8 * 1024 * 1024L;

	private static final long MAX_MESSAGE_SIZE = 64 * 1024;

	private static final int FRAME_SIZE = 16 * 1024;

	private static final int WRITE_SIZE = 256 * 1024;

	/** What the allocator keeps for the next, of all connections together. */
	private static final long ALLOCATOR_SLACK = 16 * 1024 * 1024;

	private static ChildJvm server;

	private static int port;

	private static Memory before;

	@BeforeAll
	static void startServer() {
		server = ChildJvm.start(Server.class);
		port = Integer.parseInt(server.awaitLine());
		Attack.BIG_MESSAGES.run(4).close();
		before = used(server);
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	/**
	 * Heap after a garbage collection, and all direct memory that the allocator has
	 * reserved, what it keeps from the attacks before included.
	 */
	private static Memory used(ChildJvm server) {
		String[] answer = server.ask("used").split(" ");
		return new Memory(Long.parseLong(answer[0]), Long.parseLong(answer[1]));
	}

	@ParameterizedTest
	@EnumSource
	void whatAHostileClientMakesTheServerHoldIsBounded(Attack attack) {
		long limit = (2 * CONNECTION_WINDOW + SESSIONS * MAX_MESSAGE_SIZE) * attack.sessions / SESSIONS
				+ attack.sessions * attack.unsent();
		try (Http2Client client = attack.run(attack.sessions)) {
			Memory used = used(server);
			long heap = used.heap() - before.heap();
			long direct = used.direct() - before.direct();
			System.out.printf("%s: %d streams, %.1f MB of heap and %.1f MB direct, limit %.1f MB%n", attack,
					attack.sessions, heap / 1e6, direct / 1e6, limit / 1e6);
			assertThat(heap + direct).isLessThan(limit + ALLOCATOR_SLACK);
			assertThat(client.goAways()).isEmpty();
		}
	}

	/**
	 * Sessions that are echoed more than their client lets out, and that never come to an
	 * end of it: what they have read is given back, and only what is on its way is held.
	 */
	@Nested
	class OfAClientThatReadsSlowly {

		private static final int IN_FLIGHT = 16;

		private static final int ROUNDS = 32;

		private static final int AVERAGE_SIZE = 16 * 1024;

		private static ChildJvm server;

		private static int port;

		private static Memory before;

		@BeforeAll
		static void startServer() {
			server = ChildJvm.start(List.of("-Xmx512m"), Server.class);
			port = Integer.parseInt(server.awaitLine());
			before = used(server);
		}

		@AfterAll
		static void stopServer() {
			server.close();
		}

		@ParameterizedTest
		@EnumSource
		void whatHasBeenReadIsGivenBack(SlowClient kind) {
			Random random = new Random(kind.ordinal());
			try (Http2Client client = kind.connect(port)) {
				List<WebSocketStream> sessions = new ArrayList<>();
				List<Queue<byte[]>> sent = new ArrayList<>();
				for (int i = 60 + random.nextInt(50); i > 0; i--) {
					WebSocketStream session = client.openWebSocket("/echoes");
					kind.raise(session.stream());
					sessions.add(session);
					sent.add(new ArrayDeque<>());
				}
				for (int i = 0; i < IN_FLIGHT; i++) {
					sendOnEach(sessions, sent, random);
				}
				for (int round = 0; round < ROUNDS; round++) {
					client.reading(false);
					sendOnEach(sessions, sent, random);
					client.reading(true);
					awaitOnEach(sessions, sent);
				}
				long inFlight = sent.stream().flatMap(Queue::stream).mapToLong((message) -> message.length).sum();
				Memory used = used(server);
				long heap = used.heap() - before.heap();
				long direct = used.direct() - before.direct();
				System.out.printf("%s: %d sessions, %.1f MB in flight, %.1f MB of heap and %.1f MB direct%n", kind,
						sessions.size(), inFlight / 1e6, heap / 1e6, direct / 1e6);
				assertThat(heap + direct).isLessThan(2 * inFlight + ALLOCATOR_SLACK);
				for (int i = 0; i < IN_FLIGHT; i++) {
					awaitOnEach(sessions, sent);
				}
				assertThat(client.goAways()).isEmpty();
			}
		}

		private static void sendOnEach(List<WebSocketStream> sessions, List<Queue<byte[]>> sent, Random random) {
			for (int i = 0; i < sessions.size(); i++) {
				byte[] message = new byte[1 + random.nextInt(2 * AVERAGE_SIZE)];
				random.nextBytes(message);
				sent.get(i).add(message);
				sessions.get(i).sendBinary(message);
			}
		}

		private static void awaitOnEach(List<WebSocketStream> sessions, List<Queue<byte[]>> sent) {
			for (int i = 0; i < sessions.size(); i++) {
				assertThat(Arrays.equals(sessions.get(i).awaitBinary(), sent.get(i).remove())).isTrue();
			}
		}

	}

	/**
	 * The windows that clients announce, as of 2026: what a stream begins with, what it
	 * is raised to at once, and the connection's.
	 */
	enum SlowClient {

		CHROMIUM(6 * MB, 6 * MB, 15 * MB),

		FIREFOX(128 * KB, 12 * MB, 12 * MB),

		CURL(64 * KB, 10 * MB, 1000 * MB),

		NODE(64 * KB - 1, 64 * KB - 1, 64 * KB - 1),

		NGHTTPX(64 * KB - 1, 64 * KB - 1, 2047 * MB),

		HAPROXY(16 * KB, 16 * KB, 64 * KB - 1);

		private final int initial;

		private final int stream;

		private final int connection;

		SlowClient(int initial, int stream, int connection) {
			this.initial = initial;
			this.stream = stream;
			this.connection = connection;
		}

		Http2Client connect(int port) {
			return Http2Client.builder(port)
				.timeout(Waiting.LONG_TIMEOUT)
				.initialWindowSize(this.initial)
				.connectionWindowIncrement(this.connection - (64 * KB - 1))
				.connect();
		}

		void raise(Http2Stream stream) {
			if (this.stream > this.initial) {
				stream.windowUpdate(this.stream - this.initial);
			}
		}

	}

	record Memory(long heap, long direct) {

	}

	/**
	 * What a client sends to sessions that do not read.
	 */
	enum Attack {

		/** Each byte in a frame of its own. */
		ONE_BYTE_FRAMES(SESSIONS / 8, "/stalled", 1, true, 1),

		/** The same to requests whose handlers do not read. */
		ONE_BYTE_FRAMES_OF_REQUESTS(SESSIONS / 8, "/never-reads", 1, true, 1) {

			@Override
			Http2Headers headers(Http2Client client, String path) {
				return client.post(path);
			}

		},

		/** Pings whose answers it does not let out. */
		PINGS(SESSIONS / 8, "/echo", FRAME_SIZE, true, 120) {

			@Override
			byte[] frame() {
				return WebSocketFrames.masked(true, 0, Frame.PING, new byte[this.payloadSize]);
			}

			@Override
			int rounds() {
				return 16;
			}

		},

		/** Whole messages of nearly the size that is allowed. */
		BIG_MESSAGES(SESSIONS, "/stalled", FRAME_SIZE, true, 60_000),

		/** As many messages as fit, each of which is an object. */
		TINY_MESSAGES(SESSIONS, "/stalled", FRAME_SIZE, true, 1),

		/** The beginning of a message that never ends. */
		ENDLESS_MESSAGE(SESSIONS, "/stalled", FRAME_SIZE, false, 500),

		/** Before the handshake is answered. */
		EARLY(SESSIONS, "/undecided", FRAME_SIZE, true, 1),

		/**
		 * Nothing, and it lets nothing out of what the server sends message by message.
		 */
		UNREAD_TICKS(SESSIONS, "/ticks", FRAME_SIZE, true, 1),

		/** Nothing, and it lets nothing out of a list of big messages. */
		UNREAD_LIST(SESSIONS, "/list", FRAME_SIZE, true, 1) {

			@Override
			long unsent() {
				return 256 * 1024 + MAX_MESSAGE_SIZE;
			}

		},

		/** Whole messages to be sent back, of which it lets nothing out. */
		UNREAD_ECHO(SESSIONS, "/echoed", FRAME_SIZE, true, 60_000) {

			@Override
			long unsent() {
				return 64 * 1024 + 4 * MAX_MESSAGE_SIZE;
			}

		};

		final int sessions;

		private final String path;

		private final int frameSize;

		private final boolean fin;

		final int payloadSize;

		Attack(int sessions, String path, int frameSize, boolean fin, int payloadSize) {
			this.sessions = sessions;
			this.path = path;
			this.frameSize = frameSize;
			this.fin = fin;
			this.payloadSize = payloadSize;
		}

		byte[] frame() {
			return WebSocketFrames.masked(this.fin, 0, Frame.BINARY, new byte[this.payloadSize]);
		}

		Http2Headers headers(Http2Client client, String path) {
			return client.webSocket(path);
		}

		int rounds() {
			return 2;
		}

		/**
		 * What a session may hold of what it sends.
		 */
		long unsent() {
			return 0;
		}

		Http2Client run(int sessions) {
			Http2Client client = Http2Client.builder(port).timeout(Waiting.LONG_TIMEOUT).initialWindowSize(0).connect();
			List<Http2Stream> streams = new ArrayList<>();
			for (int i = 0; i < sessions; i++) {
				streams.add(client.open(headers(client, this.path), false));
			}
			if (this == EARLY) {
				fillWindows(client, streams);
				client.open(client.post("/decide"), true).status();
			}
			if (this != ONE_BYTE_FRAMES_OF_REQUESTS) {
				streams.forEach(Http2Stream::status);
			}
			if (this == UNREAD_TICKS || this == UNREAD_LIST) {
				client.open(client.get("/ticked"), true).status();
			}
			else if (this != EARLY) {
				fillWindows(client, streams);
			}
			return client;
		}

		private void fillWindows(Http2Client client, List<Http2Stream> streams) {
			long[] sent = new long[streams.size()];
			for (int round = 0; round < rounds(); round++) {
				for (int i = 0; i < sent.length; i++) {
					Http2Stream stream = streams.get(i);
					long window = WINDOW + stream.windowIncrement() - sent[i];
					send(client, stream.id(), repeat(frame(), (int) window, sent[i]));
					sent[i] += window;
				}
				client.barrier();
			}
		}

		/**
		 * A part of a flow that repeats a frame.
		 */
		private byte[] repeat(byte[] frame, int length, long offset) {
			byte[] bytes = new byte[length];
			byte[] next = (this.fin) ? frame
					: WebSocketFrames.masked(false, 0, Frame.CONTINUATION, new byte[this.payloadSize - 400]);
			for (int i = 0; i < length; i++) {
				long position = offset + i;
				bytes[i] = (position < frame.length) ? frame[(int) position]
						: next[(int) ((position - frame.length) % next.length)];
			}
			return bytes;
		}

		/**
		 * Sends DATA frames without an object for each.
		 */
		private void send(Http2Client client, int streamId, byte[] data) {
			ByteArrayOutputStream out = new ByteArrayOutputStream();
			for (int offset = 0; offset < data.length; offset += this.frameSize) {
				int length = Math.min(this.frameSize, data.length - offset);
				out.writeBytes(ByteBuffer.allocate(9)
					.put((byte) (length >> 16))
					.putShort((short) length)
					.putShort((short) 0)
					.putInt(streamId)
					.array());
				out.write(data, offset, length);
				if (out.size() > WRITE_SIZE) {
					client.sendBytes(out.toByteArray());
					out.reset();
				}
			}
			client.sendBytes(out.toByteArray());
		}

	}

	/**
	 * The process that is attacked.
	 */
	static final class Server {

		private Server() {
		}

		public static void main(String[] args) throws IOException {
			TestServer server = TestServer.start(Transport.H2C, Handlers.class);
			ChildJvm.tell("" + server.port());
			BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
			while (in.readLine() != null) {
				for (int i = 0; i < 3; i++) {
					System.gc();
				}
				ChildJvm.tell(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() + " "
						+ PlatformDependent.usedDirectMemory());
			}
			server.close();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		private final Sinks.Empty<Void> decided = Sinks.empty();

		@Bean
		@WebSocketMapping({ "/stalled", "/undecided" })
		WebSocketHandler stalled() {
			return (session) -> Mono.never();
		}

		@Bean
		@WebSocketMapping("/echo")
		WebSocketHandler echo() {
			return (session) -> session.receive().then();
		}

		@Bean
		@WebSocketMapping("/echoed")
		WebSocketHandler echoed() {
			return (session) -> session
				.send(session.receive().filter((message) -> true).doOnNext(WebSocketMessage::retain));
		}

		@Bean
		@WebSocketMapping("/list")
		WebSocketHandler list() {
			return (session) -> session
				.send(Flux.range(0, 1_000_000).map((i) -> session.textMessage("x".repeat(60_000))));
		}

		@Bean
		@WebSocketMapping("/echoes")
		WebSocketHandler echoes() {
			return (session) -> session.send(session.receive().doOnNext(WebSocketMessage::retain));
		}

		@Bean
		@WebSocketMapping("/ticks")
		WebSocketHandler ticks() {
			return (session) -> session.send(Flux.interval(Duration.ofMillis(1))
				.onBackpressureDrop()
				.map((i) -> session.textMessage("tick " + i)));
		}

		@Bean
		WebFilter undecided() {
			return (exchange, chain) -> (exchange.getRequest().getPath().value().equals("/undecided"))
					? this.decided.asMono().then(chain.filter(exchange)) : chain.filter(exchange);
		}

		@Bean
		RouterFunction<ServerResponse> routes() {
			return RouterFunctions.route().POST("/decide", (request) -> {
				this.decided.tryEmitEmpty();
				return ServerResponse.ok().build();
			})
				.POST("/never-reads", (request) -> Mono.never())
				.GET("/ticked", (request) -> Mono.delay(Duration.ofSeconds(5)).then(ServerResponse.ok().build()))
				.build();
		}

	}

}
