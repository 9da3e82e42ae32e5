package io.github.websockethttp2.autoconfigure;

import io.github.websockethttp2.handshake.CorsRulesPostProcessor;
import io.github.websockethttp2.handshake.HandshakeOutcomes;
import io.github.websockethttp2.handshake.OriginPolicy;
import io.github.websockethttp2.handshake.ReceivedRequestFilter;
import io.github.websockethttp2.handshake.SameOriginPolicy;
import io.github.websockethttp2.server.WebSocketMappingHandlerMapping;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;

/**
 * {@link AutoConfiguration Auto-configuration} that maps WebSocket handlers, guards their
 * handshakes, and serves them over HTTP/2 if the web server is Reactor Netty and no
 * property switches it off.
 */
// By name, since Spring logs a warning for annotations whose classes are missing
@AutoConfiguration(
		afterName = { "org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration",
				"org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration" })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass(name = { "org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration",
		"org.springframework.web.reactive.socket.WebSocketHandler" })
@EnableConfigurationProperties(WebSocketHttp2Properties.class)
@ImportRuntimeHints(WebSocketHttp2RuntimeHints.class)
// In this order: the beans for Reactor Netty make the other configuration back off
@Import({ ReactorNettyConfiguration.class, OtherServerConfiguration.class })
public final class WebSocketHttp2ServerAutoConfiguration {

	@Bean
	static CorsRulesPostProcessor webSocketCorsRulesPostProcessor() {
		return new CorsRulesPostProcessor();
	}

	@Bean
	@OnceForContextHierarchy
	HandshakeOutcomes webSocketHandshakeOutcomes() {
		return new HandshakeOutcomes();
	}

	@Bean
	ReceivedRequestFilter webSocketReceivedRequestFilter() {
		return new ReceivedRequestFilter();
	}

	@Bean
	@ConditionalOnMissingBean
	OriginPolicy webSocketOriginPolicy(WebSocketHttp2Properties properties) {
		return new SameOriginPolicy(properties.allowedOrigins(), properties.allowedOriginPatterns());
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	WebSocketMappingHandlerMapping webSocketMappingHandlerMapping() {
		return new WebSocketMappingHandlerMapping();
	}

}
