package io.github.websockethttp2.client;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.testsupport.SampledLeaks;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Sockets of one client that send messages of all sizes, compressed and not, stop reading
 * now and then, and end in one way or another while others go on. Whatever comes back is
 * compared octet by octet.
 */
class MixedLoadTests {

	/** Longer in the profile soak, for each transport. */
	private static final int SECONDS = Integer.getInteger("soak.seconds", 2);

	private static final long SEED = Long.getLong("soak.seed", 14);

	private static final int SOCKETS = 16;

	private static final int MAX_MESSAGES = 200;

	private static final int SMALL = 200;

	private static final int MEDIUM = 6_000;

	private static final int BIG = 60_000;

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Http2WebSocketClientTests.Handlers.class,
			"websocket.http2.compression.enabled=true", "websocket.http2.close-timeout=1s");

	private final AtomicLong octets = new AtomicLong();

	private final AtomicInteger completed = new AtomicInteger();

	@ParameterizedTest
	@EnumSource
	@SampledLeaks
	void everyOctetComesBackInOrder(Transport transport) {
		URI url = transport.url(SERVERS.server(transport).port(), "/echo");
		Http2WebSocketClient compressing = client(transport).compression(true).build();
		Http2WebSocketClient plain = client(transport).build();
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
		Flux<Void> sockets = Flux.range(0, SOCKETS).flatMap((index) -> {
			Random random = new Random(SEED * SOCKETS + index);
			Mono<Void> one = Mono.defer(() -> one((random.nextBoolean()) ? compressing : plain, url, random));
			return one.repeat(() -> System.nanoTime() < end);
		}, SOCKETS);
		sockets.then().block(Duration.ofSeconds(SECONDS).plus(Waiting.LONG_TIMEOUT));
		assertThat(this.completed).hasPositiveValue();
		assertThat(this.octets).hasPositiveValue();
		WebSocketSessions sessions = SERVERS.server(transport).bean(WebSocketSessions.class);
		await().until(() -> sessions.getCount() == 0);
	}

	private static Http2WebSocketClient.Builder client(Transport transport) {
		return Http2WebSocketClientTests.builder(transport).closeTimeout(Duration.ofSeconds(1));
	}

	private Mono<Void> one(Http2WebSocketClient client, URI url, Random random) {
		List<byte[]> messages = messages(random);
		Ending ending = Ending.values()[random.nextInt(Ending.values().length)];
		int last = (ending == Ending.COMPLETION) ? messages.size() - 1 : random.nextInt(messages.size());
		Random pauses = new Random(random.nextLong());
		AtomicInteger received = new AtomicInteger();
		Sinks.Empty<Void> cancelled = Sinks.empty();
		Mono<Void> execution = client.execute(url, (session) -> {
			Mono<Void> output = session
				.send(Flux.fromIterable(messages).map((message) -> MixedLoadTests.message(session, message)));
			Flux<Integer> input = session.receive().map(Received::of).concatMap((message) -> {
				int number = received.getAndIncrement();
				compare(message, messages.get(number));
				Duration pause = Duration.ofMillis(pauses.nextInt(20));
				return (pauses.nextInt(50) == 0) ? Mono.delay(pause).thenReturn(number) : Mono.just(number);
			}, 1);
			Predicate<Integer> isLast = (number) -> number == last;
			return switch (ending) {
				case COMPLETION -> output.and(input.takeUntil(isLast));
				case CLOSE -> output.onErrorComplete()
					.and(input.filter(isLast).flatMap((number) -> session.close(CloseStatus.GOING_AWAY)));
				case RESET ->
					output.onErrorComplete().and(input.filter(isLast).doOnNext((number) -> cancelled.tryEmitEmpty()));
			};
		});
		return switch (ending) {
			case COMPLETION -> execution.doOnSuccess((done) -> {
				assertThat(received).hasValue(messages.size());
				this.completed.incrementAndGet();
			});
			case CLOSE ->
				execution.onErrorResume((ex) -> (ex instanceof AssertionError) ? Mono.error(ex) : Mono.empty());
			case RESET -> execution.takeUntilOther(cancelled.asMono());
		};
	}

	/**
	 * Most messages are small, and some are as big as they may be.
	 */
	private static List<byte[]> messages(Random random) {
		List<byte[]> messages = new ArrayList<>();
		int count = 1 + random.nextInt(MAX_MESSAGES);
		for (int i = 0; i < count; i++) {
			int kind = random.nextInt(20);
			int size = random.nextInt((kind == 0) ? BIG : (kind < 5) ? MEDIUM : SMALL);
			byte[] message = new byte[size];
			random.nextBytes(message);
			if (random.nextBoolean()) {
				// Text, and worth to be compressed
				for (int index = 0; index < size; index++) {
					message[index] = (byte) ('a' + (message[index] & 3));
				}
			}
			messages.add(message);
		}
		return messages;
	}

	private static WebSocketMessage message(WebSocketSession session, byte[] octets) {
		return (isText(octets)) ? session.textMessage(new String(octets, StandardCharsets.US_ASCII))
				: session.binaryMessage((factory) -> factory.wrap(octets));
	}

	private static boolean isText(byte[] octets) {
		for (byte octet : octets) {
			if (octet < 'a' || octet > 'd') {
				return false;
			}
		}
		return true;
	}

	private void compare(Received received, byte[] expected) {
		assertThat(received.type())
			.isEqualTo((isText(expected)) ? WebSocketMessage.Type.TEXT : WebSocketMessage.Type.BINARY);
		assertThat(Arrays.equals(received.octets(), expected)).isTrue();
		this.octets.addAndGet(expected.length);
	}

	/**
	 * A message that outlives its buffer.
	 */
	private record Received(WebSocketMessage.Type type, byte[] octets) {

		static Received of(WebSocketMessage message) {
			byte[] octets = new byte[message.getPayload().readableByteCount()];
			message.getPayload().read(octets);
			return new Received(message.getType(), octets);
		}

	}

	private enum Ending {

		COMPLETION, CLOSE, RESET

	}

}
