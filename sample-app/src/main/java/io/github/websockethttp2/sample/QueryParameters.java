package io.github.websockethttp2.sample;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

import org.springframework.util.StringUtils;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * Reads the query of the URI that a WebSocket was opened with.
 */
final class QueryParameters {

	private QueryParameters() {
	}

	static Optional<String> find(WebSocketSession session, String name) {
		String value = UriComponentsBuilder.fromUri(session.getHandshakeInfo().getUri())
			.build()
			.getQueryParams()
			.getFirst(name);
		return Optional.ofNullable(value)
			.map((encoded) -> UriUtils.decode(encoded.replace('+', ' '), StandardCharsets.UTF_8))
			.filter(StringUtils::hasText);
	}

}
