package io.github.websockethttp2.server;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.web.reactive.socket.server.RequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.support.WebSocketHandlerAdapter;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;

/**
 * Puts the {@link WebSocketUpgradeStrategy} where an application has one of Spring's
 * strategies: as a bean that is meant for Reactor Netty, in a
 * {@link HandshakeWebSocketService} bean, or in a {@link WebSocketHandlerAdapter} bean
 * such as the one that WebFlux makes by itself. What was set on them stays, other than on
 * strategies for other servers, which fail on this one. Strategies and services of the
 * application's own are left alone.
 */
public final class WebSocketUpgradePostProcessor implements BeanPostProcessor {

	private static final String SPRING = ReactorNettyRequestUpgradeStrategy.class.getPackageName();

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
			return this.replacement.apply((ReactorNettyRequestUpgradeStrategy) bean);
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
		ReactorNettyRequestUpgradeStrategy strategy = replaceable(handshakes.getUpgradeStrategy());
		if (strategy == null) {
			return service;
		}
		HandshakeWebSocketService replacement = new HandshakeWebSocketService(this.replacement.apply(strategy));
		replacement.setSessionAttributePredicate(handshakes.getSessionAttributePredicate());
		return replacement;
	}

	/**
	 * Spring chooses by what is on the class path, Jetty first, and so may have chosen a
	 * strategy that fails on this server.
	 */
	private static @Nullable ReactorNettyRequestUpgradeStrategy replaceable(RequestUpgradeStrategy strategy) {
		if (strategy.getClass() == ReactorNettyRequestUpgradeStrategy.class) {
			return (ReactorNettyRequestUpgradeStrategy) strategy;
		}
		boolean ofAnotherServer = strategy.getClass().getPackageName().equals(SPRING);
		return (ofAnotherServer) ? new ReactorNettyRequestUpgradeStrategy() : null;
	}

}
