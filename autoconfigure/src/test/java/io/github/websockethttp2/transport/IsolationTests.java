package io.github.websockethttp2.transport;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.testsupport.Frame;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.Http2Stream;
import io.github.websockethttp2.testsupport.RequestHandlers;
import io.github.websockethttp2.testsupport.SampledLeaks;
import io.github.websockethttp2.testsupport.TcpRelay;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketFrames;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.util.UriComponentsBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A session that is stalled, in either direction, costs its own window and nothing else.
 */
@SampledLeaks
class IsolationTests {

	private static final int MEGABYTE = 1024 * 1024;

	private static final int STREAM_WINDOW = 256 * 1024;

	private static final List<String> STALLED = List.of("/never-subscribes", "/requests-nothing", "/requests-one");

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Handlers.class);

	@BeforeEach
	void reset() {
		Handlers.REQUESTED.set(0);
		Handlers.PRODUCED.set(0);
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void stalledStreamsLeaveTheirSiblingsAlone(Transport transport) {
		try (Http2Client client = SERVERS.http2(transport)) {
			int streams = Math.toIntExact(client.serverSettings().maxConcurrentStreams());
			int sessions = streams - streams / 10;
			// Twice, since what the first have held must come back
			for (int round = 0; round < 2; round++) {
				WebSocketStream echo = client.openWebSocket("/echo");
				List<Http2Stream> stalled = new ArrayList<>();
				for (int i = 0; i < sessions - 1; i++) {
					stalled.add(client.openWebSocket(STALLED.get(i % STALLED.size())).stream());
				}
				while (stalled.size() < streams - 3) {
					stalled.add(client.open(client.post("/never-reads"), false));
				}
				List<CompletableFuture<Void>> sent = stalled.stream()
					.map((stream) -> stream.send(messages(2 * STREAM_WINDOW), false))
					.toList();
				client.barrier();
				assertThat(sent).noneMatch(CompletableFuture::isDone);
				assertSiblingsGoOn(client, echo);
				stalled.forEach((stream) -> stream.reset(Http2Error.CANCEL));
				echo.sendClose(1000, "");
				assertThat(echo.awaitClose().code()).isEqualTo(1000);
				echo.endStream();
				client.barrier();
			}
			assertThat(client.goAways()).isEmpty();
		}
	}

	private static void assertSiblingsGoOn(Http2Client client, WebSocketStream echo) {
		for (int i = 0; i < 5; i++) {
			echo.sendText("hello " + i);
			assertThat(echo.awaitText()).isEqualTo("hello " + i);
			byte[] big = new byte[60_000];
			big[i] = 1;
			echo.sendBinary(big);
			assertThat(echo.awaitBinary()).isEqualTo(big);
			Http2Stream get = client.open(client.get("/hello"), true);
			assertThat(get.awaitBodyAsString()).isEqualTo("hello");
			Http2Stream post = client.open(client.post("/count"), false);
			post.send(new byte[MEGABYTE], true);
			assertThat(post.awaitBodyAsString()).isEqualTo(Integer.toString(MEGABYTE));
		}
	}

	private static byte[] messages(int size) {
		byte[] message = WebSocketFrames.masked(true, 0, Frame.BINARY, new byte[40_000]);
		ByteBuffer messages = ByteBuffer.allocate(size);
		while (messages.hasRemaining()) {
			messages.put(message, 0, Math.min(message.length, messages.remaining()));
		}
		return messages.array();
	}

	/**
	 * What a stalled handler has not read is there when it goes on.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void readsOnInOrderAfterAStall(Transport transport) {
		try (Http2Client client = SERVERS.http2(transport)) {
			WebSocketStream socket = client.openWebSocket("/echoes-when-told");
			for (int i = 0; i < 2000; i++) {
				socket.sendText("message " + i + "x".repeat(500));
			}
			client.barrier();
			Handlers.GO_ON.tryEmitEmpty();
			for (int i = 0; i < 2000; i++) {
				assertThat(socket.awaitText()).startsWith("message " + i + "x");
			}
		}
	}

	@Test
	void uploadsTwentyMegabytesASecondThroughAFiftyMillisecondRoundTrip() {
		int port = SERVERS.server(Transport.H2C).port();
		try (TcpRelay relay = TcpRelay.start(port, Duration.ofMillis(25));
				Http2Client client = Http2Client.connect(relay.port())) {
			WebSocketStream socket = client.openWebSocket("/times-bytes");
			byte[] message = new byte[32 * 1024];
			for (int i = 0; i < 40 * MEGABYTE / message.length; i++) {
				socket.sendBinary(message);
			}
			double seconds = Integer.parseInt(socket.awaitText()) / 1000.0;
			double megabytesPerSecond = (Handlers.UPLOAD - Handlers.RAMP_UP) / (double) MEGABYTE / seconds;
			System.out.printf("Upload through a round trip of 50 ms: %.1f MB/s%n", megabytesPerSecond);
			assertThat(megabytesPerSecond).isGreaterThan(20);
		}
	}

	@ParameterizedTest
	@CsvSource({ "65536, 200, false", "65536, 200, true", "1024, 4000, false", "16, 50000, false" })
	void aPeerThatDoesNotReadIsFeltByThePublisher(int size, int count, boolean otherThread) {
		try (Http2Client client = SERVERS.http2Builder(Transport.H2C)
			.timeout(Waiting.LONG_TIMEOUT)
			.connectionWindowIncrement(MEGABYTE)
			.connect()) {
			Http2Stream stalled = client.open(
					client.webSocket("/sends?size=" + size + "&count=" + count + "&otherThread=" + otherThread), false);
			stalled.autoConsume(false);
			WebSocketStream socket = WebSocketStream.of(stalled);
			// The peer's window of 64 KB fills up, and then nothing moves
			stalled.awaitReceivedBytes(65_535);
			assertSiblingsGoOn(client, client.openWebSocket("/echo"));
			awaitStandstill();
			long requested = Handlers.REQUESTED.get() * size - stalled.receivedBytes();
			// What comes from another thread may be one that cannot wait
			assertThat(requested).isLessThan(256 * 1024 + ((otherThread) ? 128 * size : 0));
			assertThat(Handlers.REQUESTED.get()).isLessThan(count);
			stalled.autoConsume(true);
			assertArrivesInOrder(socket, size, count);
		}
	}

	@ParameterizedTest
	@CsvSource({ "65536, 100", "16, 30000" })
	void aPeerThatNeverOpensItsWindowIsFeltByThePublisher(int size, int count) {
		try (Http2Client client = SERVERS.http2Builder(Transport.H2C)
			.timeout(Waiting.LONG_TIMEOUT)
			.initialWindowSize(0)
			.connectionWindowIncrement(64 * MEGABYTE)
			.connect()) {
			WebSocketStream socket = client.openWebSocket("/sends?size=" + size + "&count=" + count);
			WebSocketStream echo = client.openWebSocket("/echo");
			echo.stream().windowUpdate(MEGABYTE);
			echo.sendText("hello");
			assertThat(echo.awaitText()).isEqualTo("hello");
			awaitStandstill();
			assertThat(Handlers.REQUESTED.get() * size).isBetween(1L, 256 * 1024L);
			assertThat(socket.stream().receivedBytes()).isZero();
			socket.stream().windowUpdate(64 * MEGABYTE);
			assertArrivesInOrder(socket, size, count);
		}
	}

	/**
	 * A publisher that emits one by one adds to what waits message by message.
	 */
	@Test
	void ticksThatAPeerDoesNotReadLeaveTogether() {
		try (Http2Client client = SERVERS.http2Builder(Transport.H2C).initialWindowSize(0).connect()) {
			WebSocketStream socket = client.openWebSocket("/ticks");
			await().until(() -> Handlers.PRODUCED.get() == Handlers.TICKS);
			client.barrier();
			socket.stream().windowUpdate(MEGABYTE);
			for (int i = 0; i < Handlers.TICKS; i++) {
				assertThat(socket.awaitText()).isEqualTo("tick " + i);
			}
			assertThat(socket.awaitClose().code()).isEqualTo(1000);
			assertThat(socket.stream().frames()).filteredOn((frame) -> frame.received() && frame.type().equals("DATA"))
				.hasSizeLessThan(5);
		}
	}

	@Test
	void pingsOfAPeerThatDoesNotReadAreNotAllAnswered() {
		try (Http2Client client = SERVERS.http2Builder(Transport.H2C).initialWindowSize(0).connect()) {
			WebSocketStream socket = client.openWebSocket("/echo");
			int count = 5_000;
			ByteArrayOutputStream pings = new ByteArrayOutputStream();
			for (int i = 0; i < count; i++) {
				byte[] payload = ("ping " + i + "x".repeat(100)).getBytes(StandardCharsets.US_ASCII);
				pings.writeBytes(WebSocketFrames.masked(true, 0, Frame.PING, payload));
			}
			socket.sendBytes(pings.toByteArray());
			client.barrier();
			socket.stream().windowUpdate(2 * MEGABYTE);
			client.windowUpdate(2 * MEGABYTE);
			int answers = 0;
			String answer = "";
			while (!answer.startsWith("ping " + (count - 1) + "x")) {
				answer = socket.awaitPong();
				answers++;
			}
			// RFC 6455, section 5.5.3: the most recent one must be answered
			assertThat(answers * 125).isLessThan(256 * 1024);
			socket.sendText("hello");
			assertThat(socket.awaitText()).isEqualTo("hello");
		}
	}

	private static void awaitStandstill() {
		AtomicLong last = new AtomicLong(-1);
		await().pollInterval(Duration.ofMillis(150)).until(() -> {
			long requested = Handlers.REQUESTED.get();
			return last.getAndSet(requested) == requested && requested > 0;
		});
	}

	private static void assertArrivesInOrder(WebSocketStream socket, int size, int count) {
		for (int i = 0; i < count; i++) {
			byte[] message = socket.awaitBinary();
			assertThat(message).hasSize(size);
			assertThat(ByteBuffer.wrap(message).getInt()).isEqualTo(i);
		}
		assertThat(socket.awaitClose().code()).isEqualTo(1000);
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers extends RequestHandlers {

		static final int RAMP_UP = 10 * MEGABYTE;

		static final int UPLOAD = 40 * MEGABYTE;

		static final AtomicLong REQUESTED = new AtomicLong();

		static final AtomicLong PRODUCED = new AtomicLong();

		static final int TICKS = 300;

		static final Sinks.Empty<Void> GO_ON = Sinks.empty();

		@Bean
		@WebSocketMapping("/never-subscribes")
		WebSocketHandler neverSubscribes() {
			return (session) -> session.closeStatus().then();
		}

		@Bean
		@WebSocketMapping("/requests-nothing")
		WebSocketHandler requestsNothing() {
			return (session) -> {
				session.receive().subscribe(new Requesting(0));
				return session.closeStatus().then();
			};
		}

		@Bean
		@WebSocketMapping("/requests-one")
		WebSocketHandler requestsOne() {
			return (session) -> {
				session.receive().subscribe(new Requesting(1));
				return session.closeStatus().then();
			};
		}

		@Bean
		@WebSocketMapping("/echoes-when-told")
		WebSocketHandler echoesWhenTold() {
			return (session) -> GO_ON.asMono().then(session.send(session.receive().doOnNext(WebSocketMessage::retain)));
		}

		@Bean
		@WebSocketMapping("/times-bytes")
		WebSocketHandler timesBytes() {
			return (session) -> session.send(Mono.defer(() -> {
				AtomicLong start = new AtomicLong();
				return session.receive()
					.scan(0L, (sum, message) -> sum + message.getPayload().readableByteCount())
					.doOnNext((sum) -> {
						if (sum >= RAMP_UP) {
							start.compareAndSet(0, System.nanoTime());
						}
					})
					.filter((sum) -> sum >= UPLOAD)
					.next()
					.map((sum) -> session
						.textMessage("" + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start.get())));
			}));
		}

		@Bean
		@WebSocketMapping("/ticks")
		WebSocketHandler ticks() {
			return (session) -> session.send(Flux.interval(Duration.ofMillis(1))
				.take(TICKS)
				.doOnNext((i) -> PRODUCED.incrementAndGet())
				.onBackpressureBuffer()
				.map((i) -> session.textMessage("tick " + i)));
		}

		@Bean
		@WebSocketMapping("/sends")
		WebSocketHandler sends() {
			return (session) -> {
				MultiValueMap<String, String> query = UriComponentsBuilder.fromUri(session.getHandshakeInfo().getUri())
					.build()
					.getQueryParams();
				int size = Integer.parseInt(query.getFirst("size"));
				int count = Integer.parseInt(query.getFirst("count"));
				Flux<WebSocketMessage> messages = Flux.range(0, count)
					.map((i) -> numbered(session, i, size))
					.doOnRequest(REQUESTED::addAndGet);
				return session.send("true".equals(query.getFirst("otherThread"))
						? messages.subscribeOn(Schedulers.parallel(), true) : messages);
			};
		}

		private static WebSocketMessage numbered(WebSocketSession session, int number, int size) {
			return session.binaryMessage((factory) -> factory.wrap(ByteBuffer.allocate(size).putInt(number).rewind()));
		}

	}

	/**
	 * Asks for some messages and for no more.
	 */
	private static final class Requesting extends BaseSubscriber<WebSocketMessage> {

		private final int count;

		Requesting(int count) {
			this.count = count;
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			if (this.count > 0) {
				subscription.request(this.count);
			}
		}

	}

}
