package io.github.websockethttp2.channel;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import io.github.websockethttp2.testsupport.Frame;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.FluxSink.OverflowStrategy;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.util.UriComponentsBuilder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever an application's publisher, the peer gets all that it gets from the same
 * application without the starter.
 */
class HotPublisherTests {

	@RegisterExtension
	static final TestServers ours = new TestServers(Handlers.class);

	@RegisterExtension
	static final TestServers plain = new TestServers(Handlers.class, TestServer.WITHOUT_STARTER);

	private static final Map<String, Outcome> OF_PLAIN = new ConcurrentHashMap<>();

	@ParameterizedTest
	@EnumSource
	void nothingIsLostThatPlainWebFluxDelivers(Source source) {
		for (Emission emission : Emission.values()) {
			for (String burst : new String[] { "&count=100&size=10", "&count=100&size=1000",
					"&count=100&size=20000" }) {
				String query = "?source=" + source + "&emission=" + emission + burst;
				assertSameAsPlain(Transport.H1, query);
				assertSameAsPlain(Transport.H2C, query);
			}
		}
	}

	/**
	 * More than is ever asked for at a time: what is written has to leave in between,
	 * within a read of the connection.
	 */
	@ParameterizedTest
	@CsvSource({ "H1, 200, 20000", "H2C, 200, 20000", "H1, 2000, 1000", "H2C, 2000, 1000" })
	void nothingIsLostOfABurstThatIsWrittenAsItIsEmitted(Transport transport, int count, int size) {
		assertSameAsPlain(transport,
				"?source=DIRECT_BEST_EFFORT&emission=IN_READ&count=" + count + "&size=" + size + "&window=big");
	}

	/**
	 * A ticker whose messages are big, and a client that reads as they come.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void anIntervalTicksOn(Transport transport) {
		assertSameAsPlain(transport, "?source=INTERVAL&emission=IN_READ&count=200&size=20000");
	}

	/**
	 * What a peer does not read now it reads later: the emitter is done before the peer
	 * begins to read.
	 */
	@ParameterizedTest
	@EnumSource
	void nothingIsLostWhileThePeerPauses(Source source) {
		String query = "?source=" + source + "&emission=OTHER_THREAD&count=100&size=20000";
		Emitter.EMITTED.drainPermits();
		Outcome expected = OF_PLAIN.computeIfAbsent(query + "&paused", (key) -> {
			try (WebSocketConnection connection = plain.connect(Transport.H1)) {
				return paused(connection, query, false);
			}
		});
		try (WebSocketConnection connection = ours.connect(Transport.H1)) {
			assertThat(paused(connection, query, false)).isEqualTo(expected);
		}
		Http2Client client = ours.http2Builder(Transport.H2C).autoConsume(false).connect();
		try (WebSocketConnection connection = WebSocketConnection.of(client)) {
			assertThat(paused(connection, query, true)).isEqualTo(expected);
		}
	}

	private static Outcome paused(WebSocketConnection connection, String query, boolean http2) {
		WebSocketStream socket = connection.open("/source" + query);
		socket.sendText("go");
		Emitter.awaitEmitted();
		if (http2) {
			socket.stream().autoConsume(true);
		}
		return outcome(socket);
	}

	private void assertSameAsPlain(Transport transport, String query) {
		Outcome expected = OF_PLAIN.computeIfAbsent(query, (key) -> run(plain, Transport.H1, key));
		assertThat(expected.completed()).as(query).isTrue();
		assertThat(run(ours, transport, query)).as(transport + " " + query).isEqualTo(expected);
	}

	private static Outcome run(TestServers servers, Transport transport, String query) {
		try (WebSocketConnection connection = connect(servers, transport, query.contains("window=big"))) {
			WebSocketStream socket = connection.open("/source" + query);
			if (!query.contains("WITH_SUBSCRIPTION")) {
				socket.sendText("go");
			}
			return outcome(socket);
		}
	}

	private static WebSocketConnection connect(TestServers servers, Transport transport, boolean bigWindow) {
		if (!transport.isHttp2() || !bigWindow) {
			return servers.connect(transport);
		}
		// What the buffers of a socket take over HTTP/1.1
		int window = 16 * 1024 * 1024;
		return WebSocketConnection
			.of(servers.http2Builder(transport).initialWindowSize(window).connectionWindowIncrement(window).connect());
	}

	private static Outcome outcome(WebSocketStream socket) {
		int count = 0;
		Frame frame = socket.awaitFrame();
		for (; frame.opcode() != Frame.CLOSE; frame = socket.awaitFrame()) {
			count++;
		}
		byte[] payload = frame.payload();
		boolean completed = payload.length == 0 || ByteBuffer.wrap(payload).getShort() == 1000;
		return new Outcome(count, completed);
	}

	/**
	 * Plain WebFlux sends no status where nothing has failed.
	 */
	record Outcome(int count, boolean completed) {

	}

	/**
	 * On which thread a burst is emitted.
	 */
	enum Emission {

		/** On the event loop, as a message is read. */
		IN_READ,

		/** On another thread. */
		OTHER_THREAD,

		/** On another thread, which has just subscribed. */
		WITH_SUBSCRIPTION

	}

	/**
	 * A publisher of messages, and how something is emitted through it.
	 */
	enum Source {

		DIRECT_BEST_EFFORT(() -> Sinks.many().multicast().directBestEffort()),

		DIRECT_ALL_OR_NOTHING(() -> Sinks.many().multicast().directAllOrNothing()),

		MULTICAST_BUFFER(() -> Sinks.many().multicast().onBackpressureBuffer()),

		MULTICAST_SMALL_BUFFER(() -> Sinks.many().multicast().onBackpressureBuffer(1)),

		UNICAST(() -> Sinks.many().unicast().onBackpressureBuffer()),

		UNICAST_ERROR(() -> Sinks.many().unicast().onBackpressureError()),

		REPLAY_ALL(() -> Sinks.many().replay().all()),

		REPLAY_LIMIT(() -> Sinks.many().replay().limit(200)),

		CREATE_ERROR(OverflowStrategy.ERROR),

		CREATE_DROP(OverflowStrategy.DROP),

		CREATE_LATEST(OverflowStrategy.LATEST),

		CREATE_BUFFER(OverflowStrategy.BUFFER),

		CREATE_IGNORE(OverflowStrategy.IGNORE),

		PUSH {

			@Override
			Flux<Integer> flux(Emitter emitter) {
				return Flux.push(emitter::sink, OverflowStrategy.DROP);
			}

		},

		BACKPRESSURE_DROP(Flux::onBackpressureDrop),

		BACKPRESSURE_LATEST(Flux::onBackpressureLatest),

		BACKPRESSURE_ERROR(Flux::onBackpressureError),

		SHARED(Flux::share),

		HISTORY((live) -> live.startWith(IntStream.range(0, 12).boxed().toList())),

		CONCAT((live) -> Flux.concat(Flux.range(0, 12), Mono.just(1), live)),

		MERGED((live) -> live.mergeWith(Flux.range(0, 12))),

		FILTERED((live) -> live.filter((i) -> i >= 0).index().map((tuple) -> tuple.getT2())),

		TAKEN((live) -> live.take(1000)),

		ON_WORKERS((live) -> live.publishOn(Schedulers.parallel())),

		INTERVAL {

			@Override
			Flux<Integer> flux(Emitter emitter) {
				return Flux.interval(Duration.ofMillis((emitter.count > 128) ? 5 : 1))
					.take(emitter.count)
					.map(Long::intValue);
			}

		};

		private final Function<Emitter, Flux<Integer>> flux;

		Source() {
			this(UnaryOperator.identity());
		}

		Source(UnaryOperator<Flux<Integer>> operator) {
			this.flux = (emitter) -> {
				Sinks.Many<Integer> sink = Sinks.many().multicast().directBestEffort();
				emitter.sink(sink);
				return operator.apply(sink.asFlux());
			};
		}

		Source(OverflowStrategy strategy) {
			this.flux = (emitter) -> Flux.create(emitter::sink, strategy);
		}

		Source(Supplier<Sinks.Many<Integer>> sinks) {
			this.flux = (emitter) -> {
				Sinks.Many<Integer> sink = sinks.get();
				emitter.sink(sink);
				return sink.asFlux();
			};
		}

		Flux<Integer> flux(Emitter emitter) {
			return this.flux.apply(emitter);
		}

	}

	/**
	 * Emits a burst, and then the end.
	 */
	private static final class Emitter {

		private static final Semaphore EMITTED = new Semaphore(0);

		private final int count;

		private Consumer<Integer> next = (i) -> {
		};

		private Runnable complete = () -> {
		};

		Emitter(int count) {
			this.count = count;
		}

		void sink(Sinks.Many<Integer> sink) {
			this.next = sink::tryEmitNext;
			this.complete = sink::tryEmitComplete;
		}

		void sink(FluxSink<Integer> sink) {
			this.next = sink::next;
			this.complete = sink::complete;
		}

		void emit() {
			for (int i = 0; i < this.count; i++) {
				this.next.accept(i);
			}
			this.complete.run();
			EMITTED.release();
		}

		static void awaitEmitted() {
			Waiting.acquire(EMITTED);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		private static final Executor OTHER_THREAD = (task) -> {
			Thread thread = new Thread(task, "emitter");
			thread.setDaemon(true);
			thread.start();
		};

		@Bean
		HandlerMapping sources() {
			WebSocketHandler handler = Handlers::handle;
			return new SimpleUrlHandlerMapping(Map.of("/source", handler), -1);
		}

		private static Mono<Void> handle(WebSocketSession session) {
			Map<String, String> query = UriComponentsBuilder.fromUri(session.getHandshakeInfo().getUri())
				.build()
				.getQueryParams()
				.toSingleValueMap();
			Emitter emitter = new Emitter(Integer.parseInt(query.get("count")));
			String payload = "x".repeat(Integer.parseInt(query.get("size")));
			Flux<Integer> flux = Source.valueOf(query.get("source")).flux(emitter);
			Mono<Void> sending = session.send(flux.map((i) -> session.textMessage(payload)));
			Emission emission = Emission.valueOf(query.get("emission"));
			if (emission == Emission.WITH_SUBSCRIPTION) {
				Sinks.Empty<Void> sent = Sinks.empty();
				OTHER_THREAD.execute(() -> {
					sending.subscribe((value) -> {
					}, sent::tryEmitError, sent::tryEmitEmpty);
					emitter.emit();
				});
				return Mono.firstWithSignal(sent.asMono(), session.receive().then());
			}
			Mono<Void> receiving = session.receive().doOnNext((message) -> {
				if (message.getPayloadAsText().equals("go")) {
					if (emission == Emission.IN_READ) {
						emitter.emit();
					}
					else {
						OTHER_THREAD.execute(emitter::emit);
					}
				}
			}).then();
			return Mono.firstWithSignal(sending, receiving);
		}

	}

}
