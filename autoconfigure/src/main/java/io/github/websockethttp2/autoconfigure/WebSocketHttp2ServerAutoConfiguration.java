package io.github.websockethttp2.autoconfigure;

import java.time.Duration;

import io.github.websockethttp2.handshake.CorsRulesPostProcessor;
import io.github.websockethttp2.handshake.HandshakePolicies;
import io.github.websockethttp2.handshake.HandshakePolicy;
import io.github.websockethttp2.handshake.OriginPolicy;
import io.github.websockethttp2.server.ExtendedConnectHttpHandler;
import io.github.websockethttp2.server.ForeignUpgradeDraining;
import io.github.websockethttp2.server.ForeignUpgradeOrigins;
import io.github.websockethttp2.server.HandshakeTimeout;
import io.github.websockethttp2.server.Http2ServerCustomizer;
import io.github.websockethttp2.server.Http2ServerPostProcessor;
import io.github.websockethttp2.server.SessionDraining;
import io.github.websockethttp2.server.ShutdownPhaseTimeout;
import io.github.websockethttp2.server.WebSocketMappingHandlerMapping;
import io.github.websockethttp2.server.WebSocketUpgradePostProcessor;
import io.github.websockethttp2.server.WebSocketUpgradeStrategy;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.stream.ForeignUpgrades;
import io.github.websockethttp2.stream.Http2Connections;
import io.github.websockethttp2.stream.StreamUpgrade;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.web.server.Shutdown;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.context.LifecycleProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;

/**
 * {@link AutoConfiguration Auto-configuration} that serves WebSocket handlers over
 * HTTP/2.
 */
@AutoConfiguration(after = { NettyReactiveWebServerAutoConfiguration.class, WebFluxAutoConfiguration.class })
@ConditionalOnWebSocketHttp2
@EnableConfigurationProperties(WebSocketHttp2Properties.class)
public final class WebSocketHttp2ServerAutoConfiguration {

	@Bean
	static Http2ServerPostProcessor webSocketHttp2ServerPostProcessor(
			ObjectProvider<WebSocketHttp2Properties> properties, ObjectProvider<Http2Connections> connections,
			ObjectProvider<ForeignUpgrades> foreignUpgrades) {
		return new Http2ServerPostProcessor(
				(customizers) -> new Http2ServerCustomizer(properties.getObject().http2ServerSettings(),
						connections.getObject(), foreignUpgrades.getObject(), customizers));
	}

	@Bean
	static WebSocketUpgradePostProcessor webSocketUpgradePostProcessor(ObjectProvider<StreamUpgrade> streamUpgrade,
			ObjectProvider<HandshakePolicy> policies) {
		return new WebSocketUpgradePostProcessor((replaced) -> new WebSocketUpgradeStrategy(streamUpgrade.getObject(),
				new HandshakePolicies(policies.orderedStream().toList()), replaced));
	}

	@Bean
	static CorsRulesPostProcessor webSocketCorsRulesPostProcessor() {
		return new CorsRulesPostProcessor();
	}

	@Bean
	@ConditionalOnMissingBean
	OriginPolicy webSocketOriginPolicy(WebSocketHttp2Properties properties) {
		return new OriginPolicy(properties.allowedOrigins(), properties.allowedOriginPatterns());
	}

	@Bean
	Http2Connections webSocketHttp2Connections(WebSocketHttp2Properties properties) {
		return new Http2Connections(properties.streamSettings());
	}

	@Bean
	@ConditionalOnMissingBean
	WebSocketSessions webSocketSessions(WebSocketHttp2Properties properties) {
		return new WebSocketSessions(properties.sessionLimit());
	}

	@Bean
	StreamUpgrade webSocketStreamUpgrade(WebSocketHttp2Properties properties, WebSocketSessions sessions) {
		return new StreamUpgrade(properties.streamSettings(), sessions);
	}

	@Bean
	@ConditionalOnMissingBean
	SessionDraining webSocketSessionDraining(WebSocketHttp2Properties properties, ServerProperties serverProperties,
			WebSocketSessions sessions, Http2Connections connections, ObjectProvider<LifecycleProcessor> processor,
			ObjectProvider<LifecycleProperties> lifecycle) {
		SessionDraining.Settings settings = new SessionDraining.Settings(
				serverProperties.getShutdown() == Shutdown.GRACEFUL, properties.shutdown().spread(),
				properties.closeTimeout());
		Duration phaseTimeout = lifecycle.getIfAvailable(LifecycleProperties::new).getTimeoutPerShutdownPhase();
		return new SessionDraining(sessions, connections, settings, new ShutdownPhaseTimeout(processor, phaseTimeout));
	}

	@Bean
	ForeignUpgradeOrigins webSocketForeignUpgradeOrigins(OriginPolicy originPolicy) {
		return new ForeignUpgradeOrigins(originPolicy);
	}

	@Bean
	ForeignUpgrades webSocketForeignUpgrades(ForeignUpgradeOrigins origins) {
		return new ForeignUpgrades(origins);
	}

	@Bean
	ForeignUpgradeDraining webSocketForeignUpgradeDraining(ForeignUpgrades foreignUpgrades) {
		return new ForeignUpgradeDraining(foreignUpgrades);
	}

	@Bean
	HttpHandlerDecoratorFactory extendedConnectHttpHandlerDecoratorFactory(WebSocketHttp2Properties properties) {
		return (handler) -> new ExtendedConnectHttpHandler(
				new HandshakeTimeout(handler, properties.handshakeTimeout()));
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	WebSocketMappingHandlerMapping webSocketMappingHandlerMapping() {
		return new WebSocketMappingHandlerMapping();
	}

}
