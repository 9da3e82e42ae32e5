package io.github.websockethttp2.server.http2;

import java.util.Collection;
import java.util.stream.Stream;

import org.springframework.context.ApplicationContext;
import org.springframework.web.reactive.handler.AbstractUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;

/**
 * The WebSocket handlers that an application has mapped to paths. Those that controllers
 * and router functions upgrade to themselves are not known in advance.
 */
final class MappedHandlers {

	private final ApplicationContext context;

	/**
	 * Create the handlers.
	 * @param context the application
	 */
	MappedHandlers(ApplicationContext context) {
		this.context = context;
	}

	/**
	 * Counts the handlers. Creates the application's handler mappings.
	 * @return the number
	 */
	int count() {
		Stream<Object> handlers = this.context.getBeanProvider(AbstractUrlHandlerMapping.class)
			.stream()
			.map((mapping) -> mapping.getHandlerMap().values())
			.flatMap(Collection::stream);
		return (int) handlers.filter(this::isWebSocketHandler).distinct().count();
	}

	private boolean isWebSocketHandler(Object handler) {
		return (handler instanceof String name) ? this.context.isTypeMatch(name, WebSocketHandler.class)
				: handler instanceof WebSocketHandler;
	}

}
