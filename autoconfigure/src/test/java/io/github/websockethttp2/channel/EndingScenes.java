package io.github.websockethttp2.channel;

import java.time.Duration;
import java.util.Map;

import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.netty.channel.ChannelOption;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.core.publisher.Flux;

import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * Servers on which sessions end, for peers that do what is due in time and for peers that
 * do not. However a session ends, its handler learns of it, the peer sees what the
 * standards ask for, and everything that the session had is given back. A peer that ends
 * its connection over HTTP/1.1 does what one that ends its stream does over HTTP/2.
 */
final class EndingScenes implements AfterAllCallback {

	static final int MAX_STREAMS = 4;

	static final int MAX_MESSAGE_SIZE = 1024;

	/** Of the hasty server. */
	static final Duration CLOSE_TIMEOUT = Duration.ofMillis(400);

	private final TestServers patient = servers(Duration.ofMinutes(1));

	private final TestServers hasty = servers(CLOSE_TIMEOUT);

	private static TestServers servers(Duration closeTimeout) {
		return new TestServers(Handlers.class, "websocket.http2.max-streams-per-connection=" + MAX_STREAMS,
				"websocket.http2.max-sessions-per-connection=" + MAX_STREAMS,
				"websocket.http2.close-timeout=" + closeTimeout.toMillis() + "ms",
				"websocket.http2.max-message-size=" + MAX_MESSAGE_SIZE + "B");
	}

	/**
	 * Connects.
	 * @param transport the transport
	 * @return a scene without a session
	 */
	EndingScene open(Transport transport) {
		return EndingScene.open(this.patient, transport);
	}

	/**
	 * Opens a session.
	 * @param transport the transport
	 * @param path the path of a handler of {@link ObservedSession}; with {@code -unread}
	 * behind it, the peer does not read what it is sent
	 * @return the scene
	 */
	EndingScene open(Transport transport, String path) {
		return EndingScene.open(this.patient, transport, path);
	}

	/**
	 * Opens a session on the server that does not wait long.
	 * @param transport the transport
	 * @param path as for {@link #open(Transport, String)}
	 * @return the scene
	 */
	EndingScene openHasty(Transport transport, String path) {
		return EndingScene.open(this.hasty, transport, path);
	}

	@Override
	public void afterAll(ExtensionContext context) {
		this.patient.afterAll(context);
		this.hasty.afterAll(context);
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		/**
		 * So that no kernel takes all of a message that a peer does not read, however big
		 * its buffers may become.
		 */
		@Bean
		NettyServerCustomizer smallSendBuffer() {
			return (server) -> server.childOption(ChannelOption.SO_SNDBUF, 256 * 1024);
		}

		@Bean
		HandlerMapping mapping() {
			WebSocketHandler echo = (session) -> session.send(session.receive().doOnNext(WebSocketMessage::retain));
			WebSocketHandler firstOnly = (session) -> session
				.send(session.receive().doOnNext(WebSocketMessage::retain).take(1).concatWith(Flux.never()));
			WebSocketHandler failing = (session) -> {
				throw new IllegalStateException("Fails at once");
			};
			return new SimpleUrlHandlerMapping(Map.of("/echo", echo, "/first-only", firstOnly, "/failing", failing,
					"/observed", ObservedSession.handler(Flux.never()), "/driven", ObservedSession.drivenHandler(),
					"/flood", ObservedSession.handler(Flux.just("x".repeat(1000)).repeat()), "/last",
					ObservedSession.handler(Flux.just("x".repeat(16 * 1024 * 1024)))), -1);
		}

	}

}
