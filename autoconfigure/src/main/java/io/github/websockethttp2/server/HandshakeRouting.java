package io.github.websockethttp2.server;

import java.util.List;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.resource.ResourceWebHandler;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;

/**
 * Keeps handshakes over HTTP/2 away from handlers that are no WebSocket: a controller, a
 * router function or a static resource that happens to be mapped to the path is not run,
 * and the client gets a 404. It asks the application's own mappings, in their order, and
 * takes no part in any other request.
 */
public final class HandshakeRouting implements HandlerMapping, Ordered, ApplicationContextAware {

	private List<HandlerMapping> mappings = List.of();

	@Override
	public void setApplicationContext(ApplicationContext context) {
		this.mappings = BeanFactoryUtils.beansOfTypeIncludingAncestors(context, HandlerMapping.class, true, false)
			.values()
			.stream()
			.filter((mapping) -> mapping != this)
			.sorted(AnnotationAwareOrderComparator.INSTANCE)
			.toList();
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public Mono<Object> getHandler(ServerWebExchange exchange) {
		HandshakeResponse response = HandshakeResponse.of(exchange.getResponse());
		if (response == null) {
			return Mono.empty();
		}
		return Flux.fromIterable(this.mappings)
			.concatMap((mapping) -> mapping.getHandler(exchange))
			.next()
			.filter(HandshakeRouting::mayUpgrade)
			.doOnNext((handler) -> {
				if (handler instanceof WebSocketHandler) {
					// Its adapter, ours or not, accepts or refuses
					response.upgrading();
				}
			})
			.switchIfEmpty(Mono.error(() -> new ResponseStatusException(HttpStatus.NOT_FOUND)));
	}

	private static boolean mayUpgrade(Object handler) {
		// A gateway's WebHandler upgrades by itself
		return (handler instanceof WebSocketHandler
				|| (handler instanceof WebHandler && !(handler instanceof ResourceWebHandler)));
	}

}
