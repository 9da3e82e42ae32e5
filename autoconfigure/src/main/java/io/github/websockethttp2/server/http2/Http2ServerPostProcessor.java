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
 * Switches on HTTP/2 on Reactor Netty unless somebody else has decided, and replaces all
 * customizers by an {@link Http2ServerCustomizer} that applies them, once everybody else
 * has configured the factory. What counts is the actual type of the factory, not the
 * declared type of its bean.
 */
public final class Http2ServerPostProcessor implements BeanPostProcessor, Ordered {

	private final Supplier<@Nullable Http2> undecided;

	private final Function<List<NettyServerCustomizer>, Http2ServerCustomizer> customizer;

	/**
	 * Create a post-processor.
	 * @param undecided supplies Boot's HTTP/2 settings to switch on, or {@code null} to
	 * leave them unchanged
	 * @param customizer creates a customizer that applies the given ones
	 */
	public Http2ServerPostProcessor(Supplier<@Nullable Http2> undecided,
			Function<List<NettyServerCustomizer>, Http2ServerCustomizer> customizer) {
		this.undecided = undecided;
		this.customizer = customizer;
	}

	/**
	 * Runs before Boot's post-processor, which has no order and applies these settings to
	 * the factory.
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
