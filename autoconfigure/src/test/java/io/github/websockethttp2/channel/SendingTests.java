package io.github.websockethttp2.channel;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.util.IllegalReferenceCountException;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.netty.channel.AbortedException;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How {@code send()} ends.
 */
class SendingTests {

	private static final BlockingQueue<Signal<?>> SENT = new LinkedBlockingQueue<>();

	private static volatile CompletableFuture<Void> cleanedUp = new CompletableFuture<>();

	@RegisterExtension
	static final TestServers servers = new TestServers(Handlers.class, "websocket.http2.compression.enabled=true");

	@ParameterizedTest
	@EnumSource
	void afterACleanCloseSendingCompletesAndTheHandlerGoesOn(Transport transport) throws Exception {
		cleanedUp = new CompletableFuture<>();
		try (WebSocketConnection connection = servers.connect(transport)) {
			WebSocketStream socket = connection.open("/goodbye");
			socket.sendClose(1000, "");
			assertThat(socket.awaitClose().code()).isEqualTo(1000);
			Waiting.join(cleanedUp);
			assertThat(sent().isOnComplete()).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource
	void afterTheLossOfThePeerSendingFails(Transport transport) throws Exception {
		try (WebSocketConnection connection = servers.connect(transport)) {
			connection.open("/goodbye-anyway");
			connection.abort();
			assertThat(sent().getThrowable()).isInstanceOf(AbortedException.class);
		}
	}

	@ParameterizedTest
	@EnumSource
	void afterAViolationSendingFailsWithIt(Transport transport) throws Exception {
		try (WebSocketConnection connection = servers.connect(transport)) {
			WebSocketStream socket = connection.open("/goodbye-anyway");
			socket.sendFrame(true, 7, 1, new byte[1]);
			assertThat(socket.awaitClose().code()).isEqualTo(1002);
			assertThat(sent().getThrowable()).hasMessageContaining("RSV");
		}
	}

	@ParameterizedTest
	@EnumSource
	void aPingThatIsTooLongIsRefusedAndTheSessionGoesOn(Transport transport) throws Exception {
		try (WebSocketConnection connection = servers.connect(transport)) {
			WebSocketStream socket = connection.open("/long-ping");
			assertThat(sent().getThrowable()).isInstanceOf(IllegalArgumentException.class);
			assertThat(sent().getThrowable()).isInstanceOf(IllegalArgumentException.class);
			assertThat(socket.awaitText()).isEqualTo("still here");
			assertThat(socket.awaitClose().code()).isEqualTo(1000);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aReleasedMessageFailsTheHandlerWhichIsLogged(Transport transport) {
		for (String path : new String[] { "/released", "/released-big" }) {
			for (String extensions : new String[] { "", "permessage-deflate" }) {
				servers.server(transport);
				try (LogCapture log = LogCapture.start(); WebSocketConnection connection = servers.connect(transport)) {
					WebSocketStream socket = (extensions.isEmpty()) ? connection.open(path)
							: connection.open(path, "sec-websocket-extensions", extensions);
					assertThat(socket.awaitFrame().payload()).hasSize(6);
					assertThat(socket.awaitClose().code()).isEqualTo(1011);
					assertThat(log.events()).anySatisfy((event) -> {
						assertThat(event.getLevel()).isEqualTo(Level.WARN);
						assertThat(event.getThrowableProxy().getClassName())
							.isEqualTo(IllegalReferenceCountException.class.getName());
					});
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void aMistakeInTheSourceFailsTheHandlerWhichIsLogged(Transport transport) {
		servers.server(transport);
		try (LogCapture log = LogCapture.start(); WebSocketConnection connection = servers.connect(transport)) {
			WebSocketStream socket = connection.open("/no-payload");
			assertThat(socket.awaitClose().code()).isEqualTo(1011);
			assertThat(log.events()).anySatisfy((event) -> assertThat(event.getLevel()).isEqualTo(Level.WARN));
		}
	}

	@ParameterizedTest
	@EnumSource
	void severalAreSentSideBySide(Transport transport) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			WebSocketStream socket = connection.open("/several");
			int[] received = new int[3];
			for (int i = 0; i < 3 * 500; i++) {
				received[socket.awaitText().charAt(0) - '0']++;
			}
			assertThat(received).containsOnly(500);
			assertThat(socket.awaitClose().code()).isEqualTo(1000);
		}
	}

	private static Signal<?> sent() {
		return Waiting.take(SENT);
	}

	private static Mono<Void> observedSend(WebSocketSession session, Flux<WebSocketMessage> messages) {
		return session.send(messages).doOnEach(SENT::add);
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		@WebSocketMapping("/goodbye")
		WebSocketHandler goodbye() {
			return (session) -> session.receive()
				.then(observedSend(session, Flux.just(session.textMessage("bye"))))
				.then(Mono.fromRunnable(() -> cleanedUp.complete(null)));
		}

		@Bean
		@WebSocketMapping("/goodbye-anyway")
		WebSocketHandler goodbyeAnyway() {
			return (session) -> session.receive()
				.then()
				.onErrorResume((ex) -> observedSend(session, Flux.defer(() -> Flux.just(session.textMessage("bye")))));
		}

		@Bean
		@WebSocketMapping("/long-ping")
		WebSocketHandler longPing() {
			return (session) -> observedSend(session,
					Flux.just(session.pingMessage((buffers) -> buffers.wrap(new byte[126]))))
				.onErrorComplete()
				.then(observedSend(session, Flux.just(session.pongMessage((buffers) -> buffers.wrap(new byte[126])))))
				.onErrorComplete()
				.then(session.send(Flux.just(session.textMessage("still here"))));
		}

		@Bean
		@WebSocketMapping("/released")
		WebSocketHandler released() {
			return (session) -> session.send(withReleased(session, 100));
		}

		@Bean
		@WebSocketMapping("/released-big")
		WebSocketHandler releasedBig() {
			return (session) -> session.send(withReleased(session, 100_000));
		}

		private static Flux<WebSocketMessage> withReleased(WebSocketSession session, int size) {
			return Flux.just("before", "x".repeat(size), "behind").map(session::textMessage).doOnNext((message) -> {
				if (message.getPayload().readableByteCount() == size) {
					DataBufferUtils.release(message.getPayload());
				}
			});
		}

		@Bean
		@WebSocketMapping("/no-payload")
		WebSocketHandler noPayload() {
			Function<Integer, String> mistaken = (i) -> null;
			return (session) -> session.send(Flux.range(0, 3).map(mistaken).map(session::textMessage));
		}

		@Bean
		@WebSocketMapping("/several")
		WebSocketHandler several() {
			return (session) -> Mono.when(send(session, "0"), send(session, "1"), send(session, "2"));
		}

		private static Mono<Void> send(WebSocketSession session, String sender) {
			return session.send(Flux.range(0, 500).map((i) -> session.textMessage(sender + "x".repeat(1_000))));
		}

	}

}
