package org.springframework.cloud.gateway.filter;

import org.springframework.web.reactive.socket.client.WebSocketClient;
import org.springframework.web.reactive.socket.server.WebSocketService;

/**
 * Has the name and the arguments of Spring Cloud Gateway's, which is not on the class
 * path, since it would configure all other tests. {@code src/gateway/run} has the real
 * one.
 *
 * @param client who opens sockets to backends
 * @param service who accepts them
 */
public record WebsocketRoutingFilter(WebSocketClient client, WebSocketService service) {

}
