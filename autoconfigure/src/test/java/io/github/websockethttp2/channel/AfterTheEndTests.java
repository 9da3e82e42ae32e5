package io.github.websockethttp2.channel;

import java.lang.ref.WeakReference;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.SessionEvent;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What is left of a session when it has ended: nothing that stays in memory or is logged.
 */
class AfterTheEndTests {

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Handlers.class, "websocket.http2.close-timeout=5m");

	@BeforeEach
	void forget() {
		Handlers.UNREAD.clear();
	}

	/**
	 * Reactor would log the signal as dropped, at the will of whoever is the peer.
	 */
	@ParameterizedTest
	@EnumSource
	void oneWhoHasCancelledOnAnotherThreadIsToldNothing(Transport transport) {
		WebSocketSessions sessions = SERVERS.server(transport).bean(WebSocketSessions.class);
		CompletableFuture<Void> over = new CompletableFuture<>();
		try (LogCapture log = LogCapture.start(); WebSocketConnection connection = SERVERS.connect(transport)) {
			sessions.events()
				.filter((event) -> event.type() == SessionEvent.Type.CLOSED)
				.take(1)
				.subscribe((event) -> over.complete(null));
			WebSocketStream socket = connection.open("/cancelling");
			assertThat(socket.awaitText()).isEqualTo("begun");
			socket.endStream();
			Waiting.join(over);
			log.assertNothingAbove(Level.DEBUG);
		}
	}

	/**
	 * The timer for a handler that does not read what a peer has left behind.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void sessionWhoseLastMessagesNobodyReadIsForgotten(Transport transport) {
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/unread");
			socket.sendText("first");
			socket.sendText("second");
			socket.endStream();
			WeakReference<WebSocketSession> session = Waiting.take(Handlers.UNREAD);
			// An answer to what is sent later tells that the end has been read
			WebSocketStream another = connection.open("/unread");
			Waiting.take(Handlers.UNREAD);
			another.sendPing("x");
			another.awaitPong();
			socket.stream().reset(Http2Error.CANCEL);
			assertForgotten(session);
		}
	}

	@ParameterizedTest
	@EnumSource
	void sessionThatWasClosedIsForgotten(Transport transport) {
		WebSocketSessions sessions = SERVERS.server(transport).bean(WebSocketSessions.class);
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/unread");
			WeakReference<WebSocketSession> session = Waiting.take(Handlers.UNREAD);
			await().until(() -> sessions.getCount() == 1);
			sessions.close(sessions.getAll().iterator().next().getId(), CloseStatus.NORMAL).block(Waiting.TIMEOUT);
			socket.awaitClose();
			socket.sendClose(1000, "");
			socket.endStream();
			socket.awaitEndOfBytes();
			assertForgotten(session);
		}
	}

	/**
	 * RFC 6455, section 5.5.1. The application hears of the status before its senders
	 * end.
	 */
	@ParameterizedTest
	@EnumSource
	void whatAnApplicationSendsWhenItHearsOfTheStatusDoesNotFollowTheCloseFrame(Transport transport) {
		WebSocketSessions sessions = SERVERS.server(transport).bean(WebSocketSessions.class);
		await().until(() -> sessions.getCount() == 0);
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/farewell");
			assertThat(socket.awaitText()).isEqualTo("begun");
			sessions.close(sessions.getAll().iterator().next().getId(), CloseStatus.GOING_AWAY).block(Waiting.TIMEOUT);
			assertThat(socket.awaitClose().code()).isEqualTo(1001);
			socket.sendClose(1001, "");
			socket.endStream();
			socket.awaitEndOfBytes();
		}
	}

	private static void assertForgotten(WeakReference<WebSocketSession> session) {
		await().until(() -> {
			System.gc();
			return session.get() == null;
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		static final BlockingQueue<WeakReference<WebSocketSession>> UNREAD = new LinkedBlockingQueue<>();

		@Bean
		@WebSocketMapping("/farewell")
		WebSocketHandler farewell() {
			return (session) -> {
				Sinks.Many<String> own = Sinks.many().multicast().directBestEffort();
				session.closeStatus().subscribe((status) -> own.tryEmitNext("gone"));
				return session.send(own.asFlux().startWith("begun").map(session::textMessage));
			};
		}

		@Bean
		@WebSocketMapping("/cancelling")
		WebSocketHandler cancelling() {
			return (session) -> {
				BaseSubscriber<WebSocketMessage> receiver = new BaseSubscriber<>() {
				};
				session.receive().subscribe(receiver);
				session.closeStatus().subscribe((status) -> {
					CompletableFuture<Void> cancelled = new CompletableFuture<>();
					new Thread(() -> {
						receiver.cancel();
						cancelled.complete(null);
					}).start();
					Waiting.join(cancelled);
				});
				return session.send(Mono.just(session.textMessage("begun"))).then(Mono.never());
			};
		}

		@Bean
		@WebSocketMapping("/unread")
		WebSocketHandler unread() {
			return (session) -> {
				UNREAD.add(new WeakReference<>(session));
				return Mono.never();
			};
		}

	}

}
