package io.github.websockethttp2.server;

import java.util.List;
import java.util.function.Function;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;

/**
 * Sets {@code server.http2.enabled}, which Boot looks at when it configures the server,
 * and makes an {@link Http2ServerCustomizer} apply all other customizers once everybody
 * else has configured the factory.
 */
public final class Http2ServerPostProcessor implements BeanPostProcessor {

	private final Function<List<NettyServerCustomizer>, Http2ServerCustomizer> customizer;

	/**
	 * Create a post-processor.
	 * @param customizer makes the customizer that applies the given ones
	 */
	public Http2ServerPostProcessor(Function<List<NettyServerCustomizer>, Http2ServerCustomizer> customizer) {
		this.customizer = customizer;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof ServerProperties properties) {
			// The condition for this class is that nobody has set it to false
			properties.getHttp2().setEnabled(true);
		}
		if (bean instanceof NettyReactiveWebServerFactory factory) {
			factory.setServerCustomizers(List.of(this.customizer.apply(List.copyOf(factory.getServerCustomizers()))));
		}
		return bean;
	}

}
