package io.github.websockethttp2.benchmarks.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.websockethttp2.autoconfigure.WebSocketHttp2ServerAutoConfiguration;
import io.github.websockethttp2.topic.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import reactor.netty.http.server.WebsocketServerSpec;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;

/**
 * A Spring Boot application with WebSocket handlers, mapped in the usual way.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ EventController.class, Events.class })
class WebFluxServer {

	private static final String PLAIN = "benchmark.plain";

	private static final String SINK = "benchmark.sink";

	private static final String METERS = "benchmark.meters";

	static int start(ServerKind kind, ServerSettings settings) {
		boolean starter = kind != ServerKind.WEBFLUX;
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put("server.port", 0);
		properties.put("server.address", "127.0.0.1");
		properties.put("server.http2.enabled", true);
		properties.put("spring.main.banner-mode", "off");
		properties.put("logging.level.root", "warn");
		properties.put(PLAIN, !starter);
		properties.put(METERS, kind == ServerKind.METERED);
		properties.put("websocket.http2.max-streams-per-connection", settings.streams());
		properties.put("websocket.http2.max-message-size", ServerSettings.MAX_MESSAGE + "B");
		properties.put("websocket.http2.compression.enabled", settings.compressed());
		// Clients ask for the next message, so that nobody is slow for long
		properties.put("websocket.http2.topics.buffer-size", "64MB");
		properties.put(SINK, kind == ServerKind.SINK || kind == ServerKind.WEBFLUX);
		properties.put("benchmark.streams", settings.streams());
		if (!starter) {
			properties.put("spring.autoconfigure.exclude", WebSocketHttp2ServerAutoConfiguration.class.getName());
		}
		if (settings.keyStore() != null) {
			properties.put("server.ssl.key-store", settings.keyStore().toString());
			properties.put("server.ssl.key-store-password", ServerSettings.PASSWORD);
			properties.put("server.ssl.key-store-type", "PKCS12");
		}
		ConfigurableApplicationContext context = new SpringApplicationBuilder(WebFluxServer.class)
			.web(WebApplicationType.REACTIVE)
			.registerShutdownHook(false)
			.properties(properties)
			.run();
		return ((WebServerApplicationContext) context).getWebServer().getPort();
	}

	@Bean
	HandlerMapping webSockets(Events events) {
		Map<String, WebSocketHandler> handlers = Map.of("/echo", WebFluxHandlers::echo, "/push", WebFluxHandlers::push,
				"/sink", WebFluxHandlers::sink, "/events",
				(session) -> session.send(events.latest().map((event) -> session.textMessage(event.text()))));
		return new SimpleUrlHandlerMapping(handlers, Ordered.HIGHEST_PRECEDENCE);
	}

	@Bean
	HandlerMapping broadcast(ObjectProvider<Topics> topics, @Value("${" + SINK + "}") boolean sink) {
		WebSocketHandler handler = sink ? BroadcastHandlers.sink() : BroadcastHandlers.topic(topics.getObject());
		return new SimpleUrlHandlerMapping(Map.of(BroadcastHub.PATH, handler), Ordered.HIGHEST_PRECEDENCE);
	}

	/**
	 * What Boot's actuator would do.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(METERS)
	static class Meters {

		@Bean
		SmartInitializingSingleton meters(List<MeterBinder> binders) {
			MeterRegistry registry = new SimpleMeterRegistry();
			return () -> binders.forEach((binder) -> binder.bindTo(registry));
		}

	}

	/**
	 * The least that makes plain Spring Boot accept WebSockets over HTTP/2.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(PLAIN)
	static class Plain {

		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		WebServerFactoryCustomizer<NettyReactiveWebServerFactory> extendedConnect() {
			NettyServerCustomizer customizer = (server) -> server
				.http2Settings((settings) -> settings.connectProtocolEnabled(true)
					.maxConcurrentStreams(Integer.getInteger("benchmark.streams")));
			return (factory) -> factory.addServerCustomizers(customizer);
		}

		@Bean
		WebFluxConfigurer webSocketService() {
			return new WebFluxConfigurer() {

				@Override
				public WebSocketService getWebSocketService() {
					return new HandshakeWebSocketService(new ReactorNettyRequestUpgradeStrategy(
							() -> WebsocketServerSpec.builder().maxFramePayloadLength(ServerSettings.MAX_MESSAGE)));
				}

			};
		}

	}

}
