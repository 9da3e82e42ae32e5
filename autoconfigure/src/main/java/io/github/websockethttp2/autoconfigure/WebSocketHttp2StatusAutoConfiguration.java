package io.github.websockethttp2.autoconfigure;

import io.github.websockethttp2.actuate.WebSocketsInfoContributor;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.autoconfigure.info.InfoContributorFallback;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * {@link AutoConfiguration Auto-configuration} that logs why WebSocket over HTTP/2 is
 * off, if it is, and contributes it to the endpoint {@code info} with
 * {@code management.info.websockets.enabled=true}.
 */
@AutoConfiguration(after = WebSocketHttp2ServerAutoConfiguration.class)
public final class WebSocketHttp2StatusAutoConfiguration {

	@Bean
	WebSocketHttp2StatusLogger webSocketHttp2StatusLogger(ConfigurableListableBeanFactory beanFactory) {
		return new WebSocketHttp2StatusLogger(beanFactory);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ InfoContributor.class, ConditionalOnEnabledInfoContributor.class })
	@ConditionalOnEnabledInfoContributor(value = "websockets", fallback = InfoContributorFallback.DISABLE)
	static class InfoConfiguration {

		@Bean
		WebSocketsInfoContributor webSocketsInfoContributor(WebSocketHttp2StatusLogger status) {
			return new WebSocketsInfoContributor(status);
		}

	}

}
