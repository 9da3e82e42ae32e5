package io.github.websockethttp2.sample;

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
 * Says first what carries the socket, and sends every timestamp back from then on.
 */
@Component
@WebSocketMapping("/ws/probe")
class ProbeHandler implements WebSocketHandler {

	private final Probes probes;

	private final JsonMapper jsonMapper;

	ProbeHandler(Probes probes, JsonMapper jsonMapper) {
		this.probes = probes;
		this.jsonMapper = jsonMapper;
	}

	@Override
	public Mono<Void> handle(WebSocketSession session) {
		Probe probe = new Probe(session.getId(), WebSocketTransport.of(session),
				ClientPort.of(session.getHandshakeInfo().getRemoteAddress()));
		Flux<String> hello = Flux.just(probe).map(Hello::of).map(this.jsonMapper::writeValueAsString);
		Flux<String> echo = session.receive().map(WebSocketMessage::getPayloadAsText);
		return session.send(hello.concatWith(echo).map(session::textMessage))
			.doFirst(() -> this.probes.add(probe))
			.doFinally((signal) -> this.probes.remove(probe));
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

		static Hello of(Probe probe) {
			WebSocketTransport transport = probe.transport();
			return new Hello(transport.protocol().toString(), transport.connectionId(), transport.streamId(),
					probe.clientPort());
		}

	}

}
