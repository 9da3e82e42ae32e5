package io.github.websockethttp2.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;

/**
 * The properties that switch WebSocket over HTTP/2 off. They are read when the server
 * starts, and not by a condition, so that they have their effect in an application that
 * was processed ahead of time as well.
 */
final class Http2Switch {

	private static final String[] PROPERTIES = { "websocket.http2.enabled", "server.http2.enabled" };

	private Http2Switch() {
	}

	/**
	 * Returns the property that switches it off.
	 * @param environment the properties of the application
	 * @return the name of the property, or {@code null} if there is none
	 */
	static @Nullable String switchedOffBy(Environment environment) {
		for (String property : PROPERTIES) {
			if (Boolean.FALSE.equals(environment.getProperty(property, Boolean.class))) {
				return property;
			}
		}
		return null;
	}

}
