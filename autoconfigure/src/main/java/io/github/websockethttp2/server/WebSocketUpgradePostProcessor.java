package io.github.websockethttp2.server;

import java.util.function.Function;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.support.WebSocketHandlerAdapter;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;

/**
 * Puts the {@link WebSocketUpgradeStrategy} where an application has Spring's strategy
 * for Reactor Netty: as a bean, in a {@link HandshakeWebSocketService} bean, or in a
 * {@link WebSocketHandlerAdapter} bean such as the one that WebFlux makes by itself. What
 * was set on them stays. Strategies and services of the application's own are left alone.
 */
public final class WebSocketUpgradePostProcessor implements BeanPostProcessor {

	private final Function<ReactorNettyRequestUpgradeStrategy, WebSocketUpgradeStrategy> replacement;

	/**
	 * Create a post-processor.
	 * @param replacement makes the strategy that takes the place of the given one; called
	 * when it is first needed
	 */
	public WebSocketUpgradePostProcessor(
			Function<ReactorNettyRequestUpgradeStrategy, WebSocketUpgradeStrategy> replacement) {
		this.replacement = replacement;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean.getClass() == ReactorNettyRequestUpgradeStrategy.class) {
			return replace((ReactorNettyRequestUpgradeStrategy) bean);
		}
		if (bean instanceof HandshakeWebSocketService service && isReplaceable(service)) {
			return replace(service);
		}
		if (bean.getClass() == WebSocketHandlerAdapter.class) {
			return replace((WebSocketHandlerAdapter) bean);
		}
		return bean;
	}

	private WebSocketUpgradeStrategy replace(ReactorNettyRequestUpgradeStrategy strategy) {
		return this.replacement.apply(strategy);
	}

	private static boolean isReplaceable(WebSocketService service) {
		return service.getClass() == HandshakeWebSocketService.class
				&& ((HandshakeWebSocketService) service).getUpgradeStrategy()
					.getClass() == ReactorNettyRequestUpgradeStrategy.class;
	}

	private HandshakeWebSocketService replace(HandshakeWebSocketService service) {
		HandshakeWebSocketService replacement = new HandshakeWebSocketService(
				replace((ReactorNettyRequestUpgradeStrategy) service.getUpgradeStrategy()));
		replacement.setSessionAttributePredicate(service.getSessionAttributePredicate());
		return replacement;
	}

	private WebSocketHandlerAdapter replace(WebSocketHandlerAdapter adapter) {
		WebSocketService service = adapter.getWebSocketService();
		if (!isReplaceable(service)) {
			return adapter;
		}
		WebSocketHandlerAdapter replacement = new WebSocketHandlerAdapter(replace((HandshakeWebSocketService) service));
		replacement.setOrder(adapter.getOrder());
		return replacement;
	}

}
