package io.github.websockethttp2.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The contract of a
 * {@link org.springframework.web.reactive.socket.client.WebSocketClient} over every
 * transport, against the server of this project.
 */
class Http2WebSocketClientTests {

	private static final Duration TIMEOUT = Waiting.TIMEOUT;

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Handlers.class);

	@RegisterExtension
	static final TestServers COMPRESSING = new TestServers(Handlers.class, "websocket.http2.compression.enabled=true");

	@ParameterizedTest
	@EnumSource
	void echoes(Transport transport) {
		List<String> received = new CopyOnWriteArrayList<>();
		AtomicReference<WebSocketTransport> carried = new AtomicReference<>();
		Mono<Void> execution = client(transport).execute(url(transport, "/echo"), (session) -> {
			carried.set(WebSocketTransport.of(session));
			return session.send(Flux.just("a", "b".repeat(10_000), "c").map(session::textMessage))
				.and(session.receive().take(3).map(WebSocketMessage::getPayloadAsText).doOnNext(received::add));
		});
		StepVerifier.create(execution).expectComplete().verify(TIMEOUT);
		assertThat(received).containsExactly("a", "b".repeat(10_000), "c");
		assertThat(carried.get().protocol()).isEqualTo(
				(transport.isHttp2()) ? WebSocketTransport.Protocol.HTTP_2 : WebSocketTransport.Protocol.HTTP_1_1);
	}

	@ParameterizedTest
	@EnumSource
	void compressedMessagesEcho(Transport transport) {
		AtomicReference<String> agreed = new AtomicReference<>();
		List<String> received = new CopyOnWriteArrayList<>();
		Http2WebSocketClient client = builder(transport).compression(true).build();
		URI url = transport.url(COMPRESSING.server(transport).port(), "/echo");
		StepVerifier.create(client.execute(url, (session) -> {
			agreed.set(session.getHandshakeInfo().getHeaders().getFirst("Sec-WebSocket-Extensions"));
			return session.send(Flux.just("a", "b".repeat(10_000)).map(session::textMessage))
				.and(session.receive().take(2).map(WebSocketMessage::getPayloadAsText).doOnNext(received::add));
		})).expectComplete().verify(TIMEOUT);
		assertThat(agreed.get()).startsWith("permessage-deflate");
		assertThat(received).containsExactly("a", "b".repeat(10_000));
	}

	@ParameterizedTest
	@EnumSource
	void handlerThatCompletesClosesWith1000(Transport transport) {
		AtomicReference<CloseStatus> seen = new AtomicReference<>();
		Mono<Void> execution = client(transport).execute(url(transport, "/echo"), (session) -> {
			session.closeStatus().subscribe(seen::set);
			return Mono.empty();
		});
		StepVerifier.create(execution).expectComplete().verify(TIMEOUT);
		assertThat(seen.get()).isEqualTo(CloseStatus.NORMAL);
		await().until(() -> SERVERS.server(transport).bean(WebSocketSessions.class).getCount() == 0);
	}

	@ParameterizedTest
	@EnumSource
	void errorOfTheHandlerIsThatOfTheExecution(Transport transport) {
		Mono<Void> execution = client(transport).execute(url(transport, "/echo"),
				(session) -> Mono.error(new IllegalStateException("mine")));
		StepVerifier.create(execution).expectErrorMessage("mine").verify(TIMEOUT);
	}

	@ParameterizedTest
	@EnumSource
	void statusOfTheServerArrives(Transport transport) {
		AtomicReference<CloseStatus> seen = new AtomicReference<>();
		Mono<Void> execution = client(transport).execute(url(transport, "/closing"), (session) -> {
			session.closeStatus().subscribe(seen::set);
			return session.receive().then();
		});
		StepVerifier.create(execution).expectComplete().verify(TIMEOUT);
		assertThat(seen.get()).isEqualTo(new CloseStatus(4000, "mine"));
	}

	@ParameterizedTest
	@EnumSource
	void refusalHasTheResponse(Transport transport) {
		Mono<Void> execution = client(transport).execute(url(transport, "/nowhere"), (session) -> Mono.empty());
		StepVerifier.create(execution).expectErrorSatisfies((error) -> {
			assertThat(error).isInstanceOf(WebSocketClientHandshakeException.class);
			assertThat(((WebSocketClientHandshakeException) error).response().status().code()).isEqualTo(404);
		}).verify(TIMEOUT);
	}

	@ParameterizedTest
	@EnumSource
	void contextHeadersAndSubProtocolReachTheirEnds(Transport transport) {
		AtomicReference<String> context = new AtomicReference<>();
		AtomicReference<HandshakeInfo> info = new AtomicReference<>();
		AtomicReference<String> received = new AtomicReference<>();
		HttpHeaders headers = new HttpHeaders();
		headers.add("X-Name", "value");
		WebSocketHandler handler = new WebSocketHandler() {

			@Override
			public List<String> getSubProtocols() {
				return List.of("other", "chat");
			}

			@Override
			public Mono<Void> handle(WebSocketSession session) {
				info.set(session.getHandshakeInfo());
				return Mono.deferContextual((view) -> {
					context.set(view.get("key"));
					return session.receive().next().map(WebSocketMessage::getPayloadAsText).doOnNext(received::set);
				}).then();
			}

		};
		Mono<Void> execution = client(transport).execute(url(transport, "/headers?a=b"), headers, handler)
			.contextWrite((view) -> view.put("key", "there"));
		StepVerifier.create(execution).expectComplete().verify(TIMEOUT);
		assertThat(context.get()).isEqualTo("there");
		assertThat(info.get().getSubProtocol()).isEqualTo("chat");
		assertThat(received.get()).isEqualTo("value a=b null");
	}

	@ParameterizedTest
	@EnumSource
	void subProtocolThatIsNotChosenFails(Transport transport) {
		WebSocketHandler handler = new WebSocketHandler() {

			@Override
			public List<String> getSubProtocols() {
				return List.of("chat");
			}

			@Override
			public Mono<Void> handle(WebSocketSession session) {
				return Mono.empty();
			}

		};
		Http2WebSocketClient client = client(transport);
		StepVerifier.create(client.execute(url(transport, "/echo"), handler))
			.expectError(WebSocketClientHandshakeException.class)
			.verify(TIMEOUT);
		StepVerifier.create(client.execute(url(transport, "/echo"), (session) -> Mono.empty()))
			.expectComplete()
			.verify(TIMEOUT);
	}

	@ParameterizedTest
	@EnumSource
	void cancelledExecutionCloses(Transport transport) {
		WebSocketSessions sessions = SERVERS.server(transport).bean(WebSocketSessions.class);
		await().until(() -> sessions.getCount() == 0);
		AtomicReference<CloseStatus> seen = new AtomicReference<>();
		Mono<Void> execution = client(transport).execute(url(transport, "/echo"), (session) -> {
			session.closeStatus().subscribe(seen::set);
			return Mono.never();
		});
		Disposable subscription = execution.subscribe();
		await().until(() -> sessions.getCount() == 1);
		subscription.dispose();
		await().until(() -> sessions.getCount() == 0);
		await().untilAtomic(seen, (status) -> assertThat(status).isEqualTo(CloseStatus.GOING_AWAY));
	}

	static Http2WebSocketClient client(Transport transport) {
		return builder(transport).build();
	}

	static Http2WebSocketClient.Builder builder(Transport transport) {
		return Http2WebSocketClient.builder()
			.tls((context) -> context.trustManager(InsecureTrustManagerFactory.INSTANCE))
			.http2(transport.isHttp2())
			.priorKnowledge(transport == Transport.H2C)
			.fallback(transport != Transport.H2C);
	}

	static URI url(Transport transport, String path) {
		return transport.url(SERVERS.server(transport).port(), path);
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		@WebSocketMapping("/echo")
		WebSocketHandler echo() {
			return (session) -> session.send(session.receive().doOnNext(WebSocketMessage::retain));
		}

		@Bean
		@WebSocketMapping("/closing")
		WebSocketHandler closing() {
			return (session) -> session.close(new CloseStatus(4000, "mine"));
		}

		@Bean
		@WebSocketMapping("/flood")
		WebSocketHandler flood() {
			return (session) -> session
				.send(Flux.range(0, 1_000).map((index) -> session.textMessage("x".repeat(10_000))));
		}

		@Bean
		@WebSocketMapping("/headers")
		WebSocketHandler headers() {
			return new WebSocketHandler() {

				@Override
				public List<String> getSubProtocols() {
					return List.of("chat");
				}

				@Override
				public Mono<Void> handle(WebSocketSession session) {
					HandshakeInfo info = session.getHandshakeInfo();
					return session.send(Mono.just(session.textMessage(info.getHeaders().getFirst("X-Name") + " "
							+ info.getUri().getQuery() + " " + info.getHeaders().getOrigin())));
				}

			};
		}

	}

}
