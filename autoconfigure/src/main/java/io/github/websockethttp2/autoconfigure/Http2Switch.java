package io.github.websockethttp2.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;

/**
 * The properties that switch off WebSocket over HTTP/2. They are read when the server
 * starts and not by a condition, so that they also take effect in an application that was
 * processed ahead of time.
 */
final class Http2Switch {

	private static final String[] PROPERTIES = { "websocket.http2.enabled", "server.http2.enabled" };

	private Http2Switch() {
	}

	/**
	 * Returns the property that switches off WebSocket over HTTP/2.
	 * @param environment the environment of the application
	 * @return the name of the property, or {@code null} if none does
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
