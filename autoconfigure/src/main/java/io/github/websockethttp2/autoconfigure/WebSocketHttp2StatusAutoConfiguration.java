package io.github.websockethttp2.autoconfigure;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} that logs why WebSocket over HTTP/2 is
 * off, if it is.
 */
@AutoConfiguration(after = WebSocketHttp2ServerAutoConfiguration.class)
public final class WebSocketHttp2StatusAutoConfiguration {

	@Bean
	WebSocketHttp2StatusLogger webSocketHttp2StatusLogger(ConfigurableListableBeanFactory beanFactory) {
		return new WebSocketHttp2StatusLogger(beanFactory);
	}

}
