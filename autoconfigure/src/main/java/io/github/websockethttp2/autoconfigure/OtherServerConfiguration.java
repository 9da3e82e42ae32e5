package io.github.websockethttp2.autoconfigure;

import io.github.websockethttp2.handshake.Handshake;
import io.github.websockethttp2.handshake.HandshakeOutcomes;
import io.github.websockethttp2.handshake.HandshakePolicies;
import io.github.websockethttp2.handshake.HandshakePolicy;
import io.github.websockethttp2.handshake.ObservedHandshakes;
import io.github.websockethttp2.server.GuardedUpgradeStrategy;
import io.github.websockethttp2.server.WebSocketUpgradePostProcessor;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;

/**
 * The configuration for any other server, which does the rest itself.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean(WebSocketUpgradePostProcessor.class)
class OtherServerConfiguration implements SmartInitializingSingleton {

	private final WebSocketHttp2Properties properties;

	OtherServerConfiguration(WebSocketHttp2Properties properties) {
		this.properties = properties;
	}

	@Override
	public void afterSingletonsInstantiated() {
		ClosingProperties.checkNotSet(this.properties.security());
	}

	@Bean
	HttpHandlerDecoratorFactory observedHandshakesHttpHandlerDecoratorFactory(HandshakeOutcomes outcomes) {
		return (handler) -> new ObservedHandshakes(handler, outcomes, (request) -> Handshake.HTTP_1_1);
	}

	@Bean
	static WebSocketUpgradePostProcessor webSocketUpgradePostProcessor(ObjectProvider<HandshakePolicy> policies) {
		return new WebSocketUpgradePostProcessor((strategy) -> (strategy instanceof GuardedUpgradeStrategy) ? strategy
				: new GuardedUpgradeStrategy(strategy, () -> new HandshakePolicies(policies.orderedStream().toList())));
	}

}
