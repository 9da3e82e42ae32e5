package io.github.websockethttp2.autoconfigure;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * The properties that ask for sessions to be closed. Who relies on one must not find out
 * when it is needed that it has no effect.
 */
final class ClosingProperties {

	static final String ON_LOGOUT = "websocket.http2.security.close-on-logout";

	static final String ON_TOKEN_EXPIRY = "websocket.http2.security.close-on-token-expiry";

	private ClosingProperties() {
	}

	static InvalidConfigurationPropertyValueException withoutEffect(String property, String reason) {
		return new InvalidConfigurationPropertyValueException(property, true, reason);
	}

	/**
	 * For a server whose sessions nobody knows.
	 */
	static void checkNotSet(WebSocketHttp2Properties.Security security) {
		String property = (security.closeOnLogout()) ? ON_LOGOUT
				: (security.closeOnTokenExpiry()) ? ON_TOKEN_EXPIRY : null;
		if (property != null) {
			throw withoutEffect(property, "Sessions are known on Reactor Netty only, and the web server is another. "
					+ "Use spring-boot-starter-reactor-netty, or remove the property.");
		}
	}

}
