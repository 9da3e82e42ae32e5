package io.github.websockethttp2.server.http2;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * Whether WebSockets are served over HTTP/2, and why, in words for the operator. The line
 * at start-up, the report of conditions and the actuator show the same.
 *
 * @param state whether they are served over HTTP/2
 * @param detail what the server offers, or why HTTP/2 is off and what still works
 * @param server what the server offers, or {@code null} if it is not known
 */
public record Http2Status(State state, String detail, @Nullable Server server) {

	/**
	 * Returns the status where HTTP/2 is off.
	 * @param detail why, and what still works
	 * @return the status
	 */
	public static Http2Status off(String detail) {
		return new Http2Status(State.OFF, detail, null);
	}

	/**
	 * Returns whether WebSockets are served over HTTP/2.
	 * @return {@code true} if they are
	 */
	public boolean isOn() {
		return this.state == State.ON;
	}

	/**
	 * Logs the status, as a warning if something works against what was configured.
	 * @param logger the logger
	 */
	public void log(Log logger) {
		if (this.state == State.BROKEN) {
			logger.warn(this);
		}
		else {
			logger.info(this);
		}
	}

	/**
	 * Returns the line for the log at start-up.
	 */
	@Override
	public String toString() {
		return "WebSocket over HTTP/2 " + this.state.words + ": " + this.detail;
	}

	/**
	 * Whether WebSockets are served over HTTP/2.
	 */
	public enum State {

		/** They are. */
		ON("is on"),

		/** They are not, as configured or as the server cannot. */
		OFF("is off"),

		/** They are not, since something else in the application prevents it. */
		BROKEN("does not work");

		private final String words;

		State(String words) {
			this.words = words;
		}

	}

	/**
	 * What a server offers.
	 *
	 * @param port its port
	 * @param tls whether it uses TLS
	 * @param http2 whether it speaks HTTP/2: negotiated by ALPN with TLS, and by prior
	 * knowledge or an upgrade in cleartext
	 * @param advertised whether it advertises SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 8441,
	 * section 3)
	 * @param switchedOffBy the property that switches WebSocket over HTTP/2 off, or
	 * {@code null} if none does
	 */
	public record Server(int port, boolean tls, boolean http2, boolean advertised, @Nullable String switchedOffBy) {

	}

	/**
	 * Knows the status of a server.
	 */
	@FunctionalInterface
	public interface Source {

		/**
		 * Returns the status of the server.
		 * @return the status, or {@code null} if the server has not started
		 */
		@Nullable Http2Status getStatus();

	}

}
