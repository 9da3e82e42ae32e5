package io.github.websockethttp2.channel;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.SessionEvent;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.EndOfBytes;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application that throws, or calls the session, in each of the calls that it gets:
 * the session ends as {@code docs/endings.md} says, everything that it had is given back,
 * and all other calls take place.
 */
class ThrowingApplicationTests {

	private static final CloseStatus MINE = new CloseStatus(4000, "mine");

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Handlers.class, "websocket.http2.max-sessions=2",
			"websocket.http2.close-timeout=1m");

	static Stream<Arguments> calls() {
		return Stream.of(Transport.values())
			.flatMap((transport) -> Stream.of(Call.values())
				.flatMap((call) -> Stream.of(Kind.values()).map((kind) -> Arguments.of(transport, call, kind))));
	}

	@ParameterizedTest
	@MethodSource("calls")
	void throwsInACall(Transport transport, Call call, Kind kind) {
		Throwable thrown = kind.supplier.get();
		try (Scene scene = new Scene(transport, call, (session) -> Scene.sneakyThrow(thrown))) {
			int code = scene.play();
			scene.assertEnded(code);
			List<ILoggingEvent> warnings = scene.log.events()
				.stream()
				.filter((event) -> event.getLevel().isGreaterOrEqual(Level.WARN))
				.filter((event) -> event.getLoggerName().startsWith("io.github.websockethttp2"))
				.toList();
			assertThat(warnings).singleElement().satisfies((event) -> {
				assertThat(event.getLevel()).isEqualTo(Level.WARN);
				assertThat(event.getThrowableProxy().getMessage()).isEqualTo("As ordered");
			});
		}
	}

	/**
	 * Closes, sends and cancels in a call, and waits for nothing.
	 */
	@ParameterizedTest
	@MethodSource("transportsAndCalls")
	void callsTheSessionInACall(Transport transport, Call call) {
		try (Scene scene = new Scene(transport, call, (session) -> {
			session.close(MINE).onErrorComplete().subscribe();
			session.send(Mono.fromSupplier(() -> session.textMessage("too late"))).onErrorComplete().subscribe();
			Handlers.scene.cancelReceiving();
		})) {
			scene.observedOnly = true;
			int code = scene.play();
			scene.assertEnded(code);
			scene.log.assertNothingAbove(Level.INFO);
		}
	}

	static Stream<Arguments> transportsAndCalls() {
		return Stream.of(Transport.values())
			.flatMap((transport) -> Stream.of(Call.values()).map((call) -> Arguments.of(transport, call)));
	}

	/**
	 * Reactor's operators throw such an error instead of passing it on.
	 */
	@ParameterizedTest
	@EnumSource
	void operatorsPassOnNothing(Transport transport) {
		Handlers.scene = null;
		try (LogCapture log = LogCapture.start(); WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/operators");
			socket.sendText("x");
			assertThat(socket.awaitClose().code()).isEqualTo(1011);
			socket.sendClose(1011, "");
			assertThat(log.messages()).anyMatch((message) -> message.startsWith("The application threw"));
		}
		SessionRegistry sessions = SERVERS.server(transport).bean(SessionRegistry.class);
		await().until(() -> sessions.getCount() == 0 && sessions.getBudget().getUsed() == 0);
	}

	/**
	 * What the application throws.
	 */
	enum Kind {

		EXCEPTION(() -> new IllegalStateException("As ordered")),

		LINKAGE_ERROR(() -> new NoClassDefFoundError("As ordered")),

		VIRTUAL_MACHINE_ERROR(() -> new StackOverflowError("As ordered"));

		private final Supplier<Throwable> supplier;

		Kind(Supplier<Throwable> supplier) {
			this.supplier = supplier;
		}

	}

	/**
	 * How the peer makes the server call.
	 */
	enum Peer {

		WAITS, SENDS, CLOSES, LEAVES, RESETS

	}

	/**
	 * The calls that an application gets.
	 */
	enum Call {

		HANDLE(Peer.WAITS), HANDLING_SUBSCRIBED(Peer.WAITS),

		RECEIVE_SUBSCRIBED(Peer.WAITS), RECEIVE_NEXT(Peer.SENDS), RECEIVE_COMPLETE(Peer.CLOSES),
		RECEIVE_ERROR(Peer.LEAVES), RECEIVE_ERROR_AT_RESET(Peer.RESETS),

		SEND_SUBSCRIBED(Peer.WAITS), SEND_REQUEST(Peer.WAITS), SEND_CANCEL(Peer.CLOSES),
		SEND_CANCEL_AT_RESET(Peer.RESETS), SEND_COMPLETE(Peer.CLOSES), SEND_ERROR(Peer.LEAVES), SENT(Peer.WAITS),

		CLOSE_STATUS(Peer.CLOSES), CLOSE_STATUS_AT_RESET(Peer.RESETS), CLOSED(Peer.SENDS),

		EVENT_OPENED(Peer.CLOSES), EVENT_CLOSED(Peer.CLOSES);

		private final Peer peer;

		Call(Peer peer) {
			this.peer = peer;
		}

		boolean endsTheSession() {
			return this.peer == Peer.WAITS || this == RECEIVE_NEXT;
		}

		boolean isOf(Call call) {
			return this == call || name().equals(call.name() + "_AT_RESET");
		}

	}

	/**
	 * A session, and what its application sees of it.
	 */
	private static final class Scene implements AutoCloseable {

		private final Transport transport;

		private final Call call;

		private final Consumer<WebSocketSession> action;

		private final SessionRegistry sessions;

		private final WebSocketConnection connection;

		private final LogCapture log;

		private final CompletableFuture<WebSocketSession> session = new CompletableFuture<>();

		private final CompletableFuture<CloseStatus> closeStatus = new CompletableFuture<>();

		private final CompletableFuture<Void> received = new CompletableFuture<>();

		private final CompletableFuture<Void> sent = new CompletableFuture<>();

		private final CompletableFuture<Void> openedEvent = new CompletableFuture<>();

		private final CompletableFuture<Void> closedEvent = new CompletableFuture<>();

		private volatile Subscription receiving;

		private boolean observedOnly;

		private boolean acted;

		Scene(Transport transport, Call call, Consumer<WebSocketSession> action) {
			this.transport = transport;
			this.call = call;
			this.action = action;
			TestServer server = SERVERS.server(transport);
			this.sessions = server.bean(SessionRegistry.class);
			await().until(() -> this.sessions.getBudget().getUsed() == 0);
			this.connection = SERVERS.connect(transport);
			this.log = LogCapture.start();
			Handlers.scene = this;
			subscribeToEvents();
		}

		private void subscribeToEvents() {
			this.sessions.events().as((events) -> new Thrower<>(events, this::onEvent)).take(2).subscribe((event) -> {
			}, (ex) -> {
			});
			this.sessions.events()
				.take(2)
				.subscribe((event) -> ((event.type() == SessionEvent.Type.OPENED) ? this.openedEvent : this.closedEvent)
					.complete(null));
		}

		private void onEvent(String signal) {
			if (signal.equals("next") && !this.openedEvent.isDone()) {
				at(Call.EVENT_OPENED);
			}
			else if (signal.equals("next")) {
				at(Call.EVENT_CLOSED);
			}
		}

		/**
		 * The application is called.
		 */
		private void at(Call call) {
			if (this.call.isOf(call) && !this.acted) {
				this.acted = true;
				WebSocketSession session = this.session.getNow(null);
				if (session == null) {
					session = (WebSocketSession) this.sessions.getAll().iterator().next();
				}
				this.action.accept(session);
			}
		}

		Mono<Void> handle(WebSocketSession session) {
			this.session.complete(session);
			session.closeStatus()
				.as((status) -> new Thrower<>(Flux.from(status), (signal) -> atNext(signal, Call.CLOSE_STATUS)))
				.subscribe((status) -> {
				}, (ex) -> {
				});
			session.closeStatus().subscribe(this.closeStatus::complete);
			Mono<Void> receiving = new Thrower<>(session.receive().doOnSubscribe((s) -> this.receiving = s),
					(signal) -> at(Call.valueOf("RECEIVE_" + signal.toUpperCase())))
				.then()
				.doFinally((signal) -> this.received.complete(null));
			Flux<WebSocketMessage> messages = (this.call == Call.SENT) ? Flux.just("x").map(session::textMessage)
					: new Source(this);
			Mono<Void> sending = new Thrower<>(Flux.from(session.send(messages)), this::onSend).then()
				.doFinally((signal) -> this.sent.complete(null));
			at(Call.HANDLE);
			Mono<Void> both = (this.call == Call.SEND_ERROR) ? Mono.whenDelayError(sending, receiving)
					: Mono.when(sending, receiving);
			return new Thrower<>(Flux.from(both), (signal) -> {
				if (signal.equals("subscribed")) {
					at(Call.HANDLING_SUBSCRIBED);
				}
			}).then();
		}

		private void onSend(String signal) {
			if (this.call == Call.SENT && signal.equals("complete")) {
				at(Call.SENT);
			}
			else {
				at(Call.valueOf("SEND_" + signal.toUpperCase()));
			}
		}

		private void atNext(String signal, Call call) {
			if (signal.equals("next")) {
				at(call);
			}
		}

		void cancelReceiving() {
			Subscription receiving = this.receiving;
			if (receiving != null) {
				receiving.cancel();
			}
		}

		/**
		 * Plays the part of the peer.
		 * @return the code that the session ends with
		 */
		int play() {
			WebSocketStream socket = this.connection.open("/socket");
			WebSocketSession session = Waiting.join(this.session);
			switch ((this.transport.isHttp2() || this.call.peer != Peer.RESETS) ? this.call.peer : Peer.LEAVES) {
				case SENDS -> socket.sendText("x");
				case LEAVES -> socket.endStream();
				case RESETS -> {
					socket.stream().reset(Http2Error.CANCEL);
					return 1006;
				}
				default -> {
				}
			}
			if (this.call.peer == Peer.LEAVES || this.call.peer == Peer.RESETS) {
				assertThat(socket.awaitEndOfBytes()).isEqualTo(orderlyEnd());
				return 1006;
			}
			if (this.call == Call.CLOSED) {
				new Thrower<>(Flux.from(session.close(MINE)), (signal) -> {
					if (signal.equals("complete")) {
						at(Call.CLOSED);
					}
				}).subscribe((none) -> {
				}, (ex) -> {
				});
			}
			if (this.call.peer == Peer.CLOSES && !(this.observedOnly && this.call == Call.EVENT_OPENED)) {
				socket.sendClose(1000, "");
			}
			int code = socket.skipToClose().code();
			if (this.observedOnly) {
				assertThat(code).isIn(1000, 1011, 4000);
			}
			else {
				assertThat(code)
					.isEqualTo((this.call == Call.CLOSED) ? 4000 : (this.call.endsTheSession()) ? 1011 : 1000);
			}
			if (this.call.peer != Peer.CLOSES || code != 1000) {
				socket.sendClose(code, "");
			}
			assertThat(socket.awaitEndOfBytes()).isEqualTo(orderlyEnd());
			if (this.transport.isHttp2()) {
				Waiting.join(socket.endStream());
				socket.stream().expectNoReset();
			}
			return code;
		}

		private EndOfBytes orderlyEnd() {
			return (this.transport.isHttp2()) ? EndOfBytes.END_STREAM : EndOfBytes.TCP_CLOSED;
		}

		void assertEnded(int code) {
			await().untilAsserted(() -> {
				assertThat(this.sessions.getCount()).isZero();
				assertThat(this.sessions.getBudget().getUsed()).isZero();
			});
			WebSocketSession session = this.session.join();
			assertThat(session.isOpen()).isFalse();
			assertThat(session.closeStatus().block(Waiting.TIMEOUT).getCode()).isEqualTo(code);
			assertThat(Waiting.join(this.closeStatus).getCode()).isEqualTo(code);
			Waiting.join(this.openedEvent);
			Waiting.join(this.closedEvent);
			// Nothing is subscribed to where it throws before
			if (this.call != Call.HANDLE && !this.observedOnly) {
				Waiting.join(this.received);
				Waiting.join(this.sent);
			}
			Handlers.scene = null;
			try (WebSocketConnection another = SERVERS.connect(this.transport)) {
				for (int i = 0; i < ((this.transport.isHttp2()) ? 2 : 1); i++) {
					WebSocketStream echo = another.open("/socket");
					echo.sendText("echo");
					assertThat(echo.awaitText()).isEqualTo("echo");
					echo.sendClose(1000, "");
					echo.awaitClose();
				}
			}
		}

		@SuppressWarnings("unchecked")
		private static <E extends Throwable> void sneakyThrow(Throwable thrown) throws E {
			throw (E) thrown;
		}

		@Override
		public void close() {
			Handlers.scene = null;
			this.log.close();
			this.connection.close();
		}

	}

	/**
	 * Passes each signal on, and then calls the scene, whatever that does.
	 */
	private static final class Thrower<T> extends Flux<T> {

		private final Publisher<T> source;

		private final Consumer<String> call;

		Thrower(Publisher<T> source, Consumer<String> call) {
			this.source = source;
			this.call = call;
		}

		@Override
		public void subscribe(CoreSubscriber<? super T> actual) {
			this.source.subscribe(new CoreSubscriber<T>() {

				@Override
				public void onSubscribe(Subscription subscription) {
					actual.onSubscribe(subscription);
					Thrower.this.call.accept("subscribed");
				}

				@Override
				public void onNext(T value) {
					actual.onNext(value);
					Thrower.this.call.accept("next");
				}

				@Override
				public void onError(Throwable ex) {
					actual.onError(ex);
					Thrower.this.call.accept("error");
				}

				@Override
				public void onComplete() {
					actual.onComplete();
					Thrower.this.call.accept("complete");
				}

			});
		}

	}

	/**
	 * Never sends anything.
	 */
	private static final class Source extends Flux<WebSocketMessage> {

		private final Scene scene;

		Source(Scene scene) {
			this.scene = scene;
		}

		@Override
		public void subscribe(CoreSubscriber<? super WebSocketMessage> actual) {
			actual.onSubscribe(new Subscription() {

				@Override
				public void request(long n) {
					Source.this.scene.at(Call.SEND_REQUEST);
				}

				@Override
				public void cancel() {
					Source.this.scene.at(Call.SEND_CANCEL);
				}

			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		static volatile Scene scene;

		@Bean
		@WebSocketMapping("/socket")
		WebSocketHandler socket() {
			return (session) -> {
				Scene scene = Handlers.scene;
				return (scene != null) ? scene.handle(session)
						: session.send(session.receive().doOnNext(WebSocketMessage::retain));
			};
		}

		@Bean
		@WebSocketMapping("/operators")
		WebSocketHandler operators() {
			return (session) -> session.receive().doOnNext((message) -> {
				throw new NoClassDefFoundError("As ordered");
			}).then();
		}

	}

}
