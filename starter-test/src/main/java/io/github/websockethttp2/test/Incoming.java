package io.github.websockethttp2.test;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * What comes from the server: messages, and the end of the session.
 */
sealed interface Incoming {

	/**
	 * A message.
	 *
	 * @param type text or binary
	 * @param payload its bytes
	 */
	record Message(WebSocketMessage.Type type, byte[] payload) implements Incoming {

		/** More of a message is of no help in an error. */
		private static final int MAX_SHOWN = 200;

		boolean isText() {
			return this.type == WebSocketMessage.Type.TEXT;
		}

		String text() {
			return new String(this.payload, StandardCharsets.UTF_8);
		}

		@Override
		public String toString() {
			if (isText()) {
				return "text \"" + shortened(text(), "\"");
			}
			return "binary 0x" + shortened(HexFormat.of().formatHex(this.payload), "");
		}

		private static String shortened(String shown, String end) {
			return (shown.length() <= MAX_SHOWN) ? shown + end
					: shown.substring(0, MAX_SHOWN) + end + "... (" + shown.length() + " characters)";
		}

	}

	/**
	 * The end.
	 *
	 * @param status the status of the session
	 */
	record End(CloseStatus status) implements Incoming {

		@Override
		public String toString() {
			String reason = this.status.getReason();
			return "the end of the session with " + this.status.getCode()
					+ ((reason != null && !reason.isEmpty()) ? " \"" + reason + "\"" : "");
		}

	}

}
