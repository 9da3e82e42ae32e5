package io.github.websockethttp2.server;

import java.util.function.UnaryOperator;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.web.reactive.socket.server.RequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.support.WebSocketHandlerAdapter;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;

/**
 * Replaces the upgrade strategy of an application: in a {@link HandshakeWebSocketService}
 * bean, in a {@link WebSocketHandlerAdapter} bean such as WebFlux's own, or a bean of
 * Reactor Netty's strategy. Their settings are kept. Services of the application's own
 * type are not changed.
 */
public final class WebSocketUpgradePostProcessor implements BeanPostProcessor {

	private final UnaryOperator<RequestUpgradeStrategy> replacement;

	/**
	 * Create a post-processor.
	 * @param replacement returns the replacement of a strategy, or the strategy itself to
	 * keep it
	 */
	public WebSocketUpgradePostProcessor(UnaryOperator<RequestUpgradeStrategy> replacement) {
		this.replacement = replacement;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean.getClass() == ReactorNettyRequestUpgradeStrategy.class) {
			return this.replacement.apply((RequestUpgradeStrategy) bean);
		}
		if (bean instanceof WebSocketService service) {
			return replace(service);
		}
		if (bean.getClass() == WebSocketHandlerAdapter.class) {
			return replace((WebSocketHandlerAdapter) bean);
		}
		return bean;
	}

	private WebSocketHandlerAdapter replace(WebSocketHandlerAdapter adapter) {
		WebSocketService service = replace(adapter.getWebSocketService());
		if (service == adapter.getWebSocketService()) {
			return adapter;
		}
		WebSocketHandlerAdapter replacement = new WebSocketHandlerAdapter(service);
		replacement.setOrder(adapter.getOrder());
		return replacement;
	}

	private WebSocketService replace(WebSocketService service) {
		if (service.getClass() != HandshakeWebSocketService.class) {
			return service;
		}
		HandshakeWebSocketService handshakes = (HandshakeWebSocketService) service;
		RequestUpgradeStrategy strategy = this.replacement.apply(handshakes.getUpgradeStrategy());
		if (strategy == handshakes.getUpgradeStrategy()) {
			return service;
		}
		HandshakeWebSocketService replacement = new HandshakeWebSocketService(strategy);
		replacement.setSessionAttributePredicate(handshakes.getSessionAttributePredicate());
		return replacement;
	}

}
