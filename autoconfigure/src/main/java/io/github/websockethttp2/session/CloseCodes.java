package io.github.websockethttp2.session;

/**
 * Close codes (RFC 6455, section 7.4) as values of tags: few, whatever a peer sends.
 */
public final class CloseCodes {

	/** Unauthorized, which the server sends. */
	private static final int LAST_TOLD_CODE = 3000;

	private CloseCodes() {
	}

	/**
	 * Returns the value for a code.
	 * @param code the close code
	 * @return the code, such as {@code 1006}; from 3001 on {@code 3xxx} or {@code 4xxx}
	 */
	public static String label(int code) {
		return (code <= LAST_TOLD_CODE) ? Integer.toString(code) : code / 1000 + "xxx";
	}

}
