package io.github.websockethttp2.server.http2;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.web.server.Http2;
import org.springframework.core.Ordered;

/**
 * Has Reactor Netty speak HTTP/2 where nobody has decided about it, and makes an
 * {@link Http2ServerCustomizer} apply all other customizers once everybody else has
 * configured the factory. What the factory is counts, and not what its bean is declared
 * as.
 */
public final class Http2ServerPostProcessor implements BeanPostProcessor, Ordered {

	private final Supplier<@Nullable Http2> undecided;

	private final Function<List<NettyServerCustomizer>, Http2ServerCustomizer> customizer;

	/**
	 * Create a post-processor.
	 * @param undecided returns Boot's settings of HTTP/2 to be switched on, or
	 * {@code null} if they must stay as they are
	 * @param customizer makes the customizer that applies the given ones
	 */
	public Http2ServerPostProcessor(Supplier<@Nullable Http2> undecided,
			Function<List<NettyServerCustomizer>, Http2ServerCustomizer> customizer) {
		this.undecided = undecided;
		this.customizer = customizer;
	}

	/**
	 * Before Boot's, which has no order and configures the factory by these settings.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		if (bean instanceof NettyReactiveWebServerFactory) {
			Http2 undecided = this.undecided.get();
			if (undecided != null) {
				undecided.setEnabled(true);
			}
		}
		return bean;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof NettyReactiveWebServerFactory factory) {
			factory.setServerCustomizers(List.of(this.customizer.apply(List.copyOf(factory.getServerCustomizers()))));
		}
		return bean;
	}

}
