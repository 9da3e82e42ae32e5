package io.github.websockethttp2.sample.dashboard;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.WebSocketTransport;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * Sends what carries the socket as the first message, and then every timestamp back.
 */
@Component
@WebSocketMapping(ProbeHandler.PATH)
class ProbeHandler implements WebSocketHandler {

	static final String PATH = "/ws/probe";

	private final JsonMapper jsonMapper;

	ProbeHandler(JsonMapper jsonMapper) {
		this.jsonMapper = jsonMapper;
	}

	@Override
	public Mono<Void> handle(WebSocketSession session) {
		Flux<String> hello = Flux.just(Hello.of(session)).map(this.jsonMapper::writeValueAsString);
		Flux<String> echo = session.receive().map(WebSocketMessage::getPayloadAsText);
		return session.send(hello.concatWith(echo).map(session::textMessage));
	}

	/**
	 * The first message.
	 *
	 * @param protocol the HTTP version
	 * @param connectionId the connection
	 * @param streamId the stream, or 0 over HTTP/1.1
	 * @param clientPort the browser's end of the connection, to compare with other tools
	 */
	record Hello(String protocol, String connectionId, int streamId, int clientPort) {

		static Hello of(WebSocketSession session) {
			WebSocketTransport transport = WebSocketTransport.of(session);
			return new Hello(transport.protocol().toString(), transport.connectionId(), transport.streamId(),
					ClientPort.of(session.getHandshakeInfo().getRemoteAddress()));
		}

	}

}
