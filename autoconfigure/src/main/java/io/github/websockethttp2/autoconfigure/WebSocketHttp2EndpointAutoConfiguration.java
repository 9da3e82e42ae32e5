package io.github.websockethttp2.autoconfigure;

import io.github.websockethttp2.actuate.HandshakeJournal;
import io.github.websockethttp2.actuate.WebSocketsEndpoint;
import io.github.websockethttp2.actuate.WebSocketsEndpointWebExtension;
import io.github.websockethttp2.handshake.HandshakeOutcomes;
import io.github.websockethttp2.session.ConnectionDraining;
import io.github.websockethttp2.session.WebSocketSessions;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.socket.WebSocketHandler;

/**
 * {@link AutoConfiguration Auto-configuration} for the actuator endpoint
 * {@code websockets}.
 */
@AutoConfiguration(after = { WebSocketHttp2ServerAutoConfiguration.class, WebSocketHttp2StatusAutoConfiguration.class })
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class, WebSocketHandler.class })
@ConditionalOnAvailableEndpoint(WebSocketsEndpoint.class)
public final class WebSocketHttp2EndpointAutoConfiguration {

	@Bean
	@OnceForContextHierarchy
	HandshakeJournal webSocketHandshakeJournal(ObjectProvider<HandshakeOutcomes> outcomes) {
		HandshakeJournal journal = new HandshakeJournal();
		outcomes.ifAvailable((it) -> it.addListener(journal));
		return journal;
	}

	@Bean
	@OnceForContextHierarchy
	WebSocketsEndpoint webSocketsEndpoint(WebSocketHttp2StatusLogger status, ObjectProvider<WebSocketSessions> sessions,
			HandshakeJournal journal, ObjectProvider<ConnectionDraining> draining) {
		return new WebSocketsEndpoint(status, sessions.getIfAvailable(), journal,
				(id) -> draining.stream().anyMatch((it) -> it.goAway(id)));
	}

	@Bean
	@OnceForContextHierarchy
	WebSocketsEndpointWebExtension webSocketsEndpointWebExtension(WebSocketsEndpoint endpoint) {
		return new WebSocketsEndpointWebExtension(endpoint);
	}

}
