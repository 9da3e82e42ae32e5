package io.github.websockethttp2.server;

import java.util.Map;

import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.WebsocketServerSpec;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.server.RequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.support.WebSocketHandlerAdapter;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.upgrade.StandardWebSocketUpgradeStrategy;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications that have set up WebSockets by themselves go on working, over HTTP/1.1 as
 * before and over HTTP/2 as well.
 */
class OwnWebSocketServiceTests {

	private static final int LIMIT = 1000;

	@ParameterizedTest
	@ValueSource(classes = { OwnAdapter.class, ServiceOfConfigurer.class, ServiceBean.class, StrategyBean.class })
	void springsOwnClassesKeepTheirSettings(Class<?> configuration) {
		try (TestServer server = TestServer.start(Transport.H2C, configuration)) {
			for (Transport transport : new Transport[] { Transport.H1, Transport.H2C }) {
				try (WebSocketConnection connection = transport.connect(server.port())) {
					WebSocketStream socket = connection.open("/who/42");
					assertThat(socket.awaitText()).isEqualTo("NettyWebSocketSession 42");
					assertEchoesUpToLimit(socket, (configuration != OwnAdapter.class) ? LIMIT : 64 * 1024);
				}
				assertRefusesOtherPaths(server, transport);
			}
		}
	}

	@Test
	void springsStrategyForAnotherServerIsReplaced() {
		try (TestServer server = TestServer.start(Transport.H2C, StrategyOfAnotherServer.class)) {
			for (Transport transport : new Transport[] { Transport.H1, Transport.H2C }) {
				try (WebSocketConnection connection = transport.connect(server.port())) {
					assertThat(connection.open("/who/42").awaitText()).isEqualTo("NettyWebSocketSession 42");
				}
			}
		}
	}

	@ParameterizedTest
	@ValueSource(classes = { SubclassOfService.class, SubclassOfStrategy.class, SubclassOfAdapter.class,
			ServiceOfUser.class })
	void classesOfTheUserAreLeftAlone(Class<?> configuration) {
		// Reactor Netty's own session does not always end when its client leaves
		try (TestServer server = TestServer.start(Transport.H2C, configuration, "server.shutdown=immediate")) {
			for (Transport transport : new Transport[] { Transport.H1, Transport.H2C }) {
				try (WebSocketConnection connection = transport.connect(server.port())) {
					WebSocketStream socket = connection.open("/who/42");
					assertThat(socket.awaitText()).startsWith("ReactorNettyWebSocketSession ");
					assertEchoesUpToLimit(socket, LIMIT);
				}
				assertRefusesOtherPaths(server, transport);
			}
			try (Http2Client client = server.http2()) {
				Http2Headers headers = client.openWebSocket("/who/42").stream().awaitHeaders();
				assertThat(headers.contains("content-length")).as("content-length, as refusals have it").isFalse();
			}
		}
	}

	private static void assertEchoesUpToLimit(WebSocketStream socket, int limit) {
		byte[] biggest = new byte[limit];
		socket.sendBinary(biggest);
		assertThat(socket.awaitBinary()).isEqualTo(biggest);
		socket.sendBinary(new byte[limit + 1]);
		assertThat(socket.awaitClose().code()).isEqualTo(1009);
	}

	private static void assertRefusesOtherPaths(TestServer server, Transport transport) {
		try (WebSocketConnection connection = transport.connect(server.port())) {
			assertThat(connection.handshake("/other")).isEqualTo(404);
		}
	}

	private static ReactorNettyRequestUpgradeStrategy strategy() {
		return new ReactorNettyRequestUpgradeStrategy(() -> WebsocketServerSpec.builder().maxFramePayloadLength(LIMIT));
	}

	@Configuration(proxyBeanMethods = false)
	static class Mapping {

		@Bean
		HandlerMapping mapping() {
			WebSocketHandler who = (session) -> {
				Mono<WebSocketMessage> hello = Mono.just(session
					.textMessage(session.getClass().getSimpleName() + " " + session.getAttributes().get("id")));
				return session.send(Flux.concat(hello, session.receive().doOnNext(WebSocketMessage::retain)));
			};
			return new SimpleUrlHandlerMapping(Map.of("/who/{id}", who), -1);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Mapping.class)
	static class OwnAdapter {

		@Bean
		WebSocketHandlerAdapter webSocketHandlerAdapter() {
			return new WebSocketHandlerAdapter();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Mapping.class)
	static class ServiceOfConfigurer implements WebFluxConfigurer {

		@Override
		public WebSocketService getWebSocketService() {
			return new HandshakeWebSocketService(strategy());
		}

	}

	/**
	 * What WebFlux has where libraries of another server are on the class path as well.
	 */
	@Configuration(proxyBeanMethods = false)
	@Import(Mapping.class)
	static class StrategyOfAnotherServer {

		@Bean
		WebSocketHandlerAdapter webSocketHandlerAdapter() {
			return new WebSocketHandlerAdapter(new HandshakeWebSocketService(new StandardWebSocketUpgradeStrategy()));
		}

	}

	@Configuration
	@Import(Mapping.class)
	static class ServiceBean {

		@Bean
		WebSocketHandlerAdapter webSocketHandlerAdapter() {
			return new WebSocketHandlerAdapter(webSocketService());
		}

		@Bean
		WebSocketService webSocketService() {
			return new HandshakeWebSocketService(strategy());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Mapping.class)
	static class StrategyBean {

		@Bean
		WebSocketHandlerAdapter webSocketHandlerAdapter(RequestUpgradeStrategy strategy) {
			return new WebSocketHandlerAdapter(new HandshakeWebSocketService(strategy));
		}

		@Bean
		ReactorNettyRequestUpgradeStrategy upgradeStrategy() {
			return strategy();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Mapping.class)
	static class SubclassOfService implements WebFluxConfigurer {

		@Override
		public WebSocketService getWebSocketService() {
			return new HandshakeWebSocketService(strategy()) {

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Mapping.class)
	static class SubclassOfStrategy implements WebFluxConfigurer {

		@Override
		public WebSocketService getWebSocketService() {
			return new HandshakeWebSocketService(new ReactorNettyRequestUpgradeStrategy(
					() -> WebsocketServerSpec.builder().maxFramePayloadLength(LIMIT)) {

			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Mapping.class)
	static class SubclassOfAdapter {

		@Bean
		WebSocketHandlerAdapter webSocketHandlerAdapter() {
			return new WebSocketHandlerAdapter(new HandshakeWebSocketService(strategy())) {

				@Override
				public int getOrder() {
					return 1;
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Mapping.class)
	static class ServiceOfUser implements WebFluxConfigurer {

		@Override
		public WebSocketService getWebSocketService() {
			HandshakeWebSocketService delegate = new HandshakeWebSocketService(strategy());
			return new WebSocketService() {

				@Override
				public Mono<Void> handleRequest(ServerWebExchange exchange, WebSocketHandler handler) {
					return delegate.handleRequest(exchange, handler);
				}

			};
		}

	}

}
