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
 * Guards the server of {@code management.server.port}. It has an application context of
 * its own, which sees the handler mappings and filters of the application but has a web
 * server and a {@code WebSocketHandlerAdapter} of its own, that post-processors of the
 * application do not reach. What it serves counts as a session of the application; it is
 * not served over HTTP/2.
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
