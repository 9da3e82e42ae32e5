package io.github.websockethttp2.autoconfigure;

import io.github.websockethttp2.handshake.HandshakePolicy;
import io.github.websockethttp2.server.StreamUpgrade;
import io.github.websockethttp2.server.WebSocketUpgradePostProcessor;
import io.github.websockethttp2.server.foreign.ForeignUpgradePostProcessor;
import io.github.websockethttp2.server.foreign.ForeignUpgrades;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;

/**
 * Guards the server of {@code management.server.port}. Its application context sees the
 * handler mappings and filters of the application, but has its own web server and
 * {@code WebSocketHandlerAdapter}, which the application's post-processors do not reach.
 * Its sessions count as the application's. They are not served over HTTP/2.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@ConditionalOnBean(StreamUpgrade.class)
final class WebSocketHttp2ManagementContextConfiguration {

	private WebSocketHttp2ManagementContextConfiguration() {
	}

	@Bean
	static WebSocketUpgradePostProcessor webSocketUpgradePostProcessor(ObjectProvider<StreamUpgrade> streamUpgrade,
			ObjectProvider<HandshakePolicy> policies) {
		return ReactorNettyConfiguration.webSocketUpgradePostProcessor(streamUpgrade, policies);
	}

	@Bean
	static ForeignUpgradePostProcessor webSocketForeignUpgradePostProcessor(ObjectProvider<ForeignUpgrades> upgrades) {
		return new ForeignUpgradePostProcessor(upgrades::getObject);
	}

}
