package io.github.websockethttp2.testsupport;

/**
 * What a WebSocket close frame said.
 *
 * @param code the status code, 1005 if it had none
 * @param reason the reason
 */
public record Close(int code, String reason) {

	/**
	 * Stands for a close frame without a status code.
	 */
	public static final int NO_STATUS = 1005;

	static Close of(Frame frame) {
		byte[] payload = frame.payload();
		if (payload.length == 0) {
			return new Close(NO_STATUS, "");
		}
		if (payload.length == 1) {
			throw new AssertionError("The server sent a close frame with half a status code");
		}
		int code = ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
		byte[] reason = new byte[payload.length - 2];
		System.arraycopy(payload, 2, reason, 0, reason.length);
		return new Close(code, Frame.utf8(reason));
	}

}
