package io.github.websockethttp2.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Conditional;

/**
 * Matches when WebSocket handlers are to be served over HTTP/2: in a reactive web
 * application on Reactor Netty, unless {@code websocket.http2.enabled} or
 * {@code server.http2.enabled} is false.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
// By name, since a class that is missing cannot be named by an annotation's annotation
@ConditionalOnClass(name = { "reactor.netty.http.server.HttpServer",
		"org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory",
		"org.springframework.web.reactive.socket.WebSocketHandler" })
@Conditional(OnWebSocketHttp2Condition.class)
@interface ConditionalOnWebSocketHttp2 {

}
