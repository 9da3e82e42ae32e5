package io.github.websockethttp2.test;

import org.springframework.context.SmartLifecycle;

/**
 * A second port on which the application is served during a test: over TLS if its own is
 * in cleartext, and in cleartext if its own has TLS.
 */
interface SecondListener extends SmartLifecycle {

	/**
	 * Returns the port.
	 * @return the port on the loopback interface
	 * @throws IllegalStateException if there is none
	 */
	int port();

}
