package io.github.websockethttp2.autoconfigure;

import io.github.websockethttp2.server.InvalidWebSocketMappingException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a mapping of a WebSocket handler that cannot be served.
 */
class InvalidWebSocketMappingFailureAnalyzer extends AbstractFailureAnalyzer<InvalidWebSocketMappingException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidWebSocketMappingException cause) {
		return new FailureAnalysis(cause.getMessage() + ".", cause.getAction(), cause);
	}

}
