package io.github.websockethttp2.autoconfigure;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * The properties that close sessions. If one cannot have an effect, the application fails
 * to start: nobody who relies on it should find out only when it is needed.
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
	 * Checks that no such property is set, for a server on which sessions are not known.
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
