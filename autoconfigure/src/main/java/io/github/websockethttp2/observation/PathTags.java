package io.github.websockethttp2.observation;

import io.github.websockethttp2.session.LiveSession;
import io.micrometer.core.instrument.Tags;

/**
 * The tags that sessions and handshakes have in common.
 */
final class PathTags {

	private PathTags() {
	}

	static Tags of(LiveSession session) {
		return of(session.getPathPattern(), session.getTransport().protocol().toString());
	}

	static Tags of(String pathPattern, String protocol) {
		return Tags.of(WebSocketMeterNames.URI, WebSocketMeterNames.uri(pathPattern), WebSocketMeterNames.PROTOCOL,
				protocol);
	}

}
