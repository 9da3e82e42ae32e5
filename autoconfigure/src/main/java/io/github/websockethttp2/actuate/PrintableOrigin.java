package io.github.websockethttp2.actuate;

import java.util.List;
import java.util.regex.Pattern;

import org.springframework.http.HttpHeaders;

/**
 * Makes the origin of a refused handshake fit to be shown. Clients may send anything, so
 * what does not look like an origin is not shown: it may be a secret that somebody put
 * into the wrong field.
 */
final class PrintableOrigin {

	private static final int MAX_LENGTH = 200;

	private static final String OPAQUE = "null";

	private static final String NO_ORIGIN = "not an origin";

	/** Scheme, host and port, so that nothing else is shown, such as a password. */
	private static final Pattern SYNTAX = Pattern
		.compile("[A-Za-z][A-Za-z0-9+.-]*://(?:\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~!$&'()+;=-]+)(?::[0-9]{1,5})?");

	private PrintableOrigin() {
	}

	/**
	 * Returns the scheme, the host and the port, or words if there is no such thing.
	 */
	static String of(HttpHeaders headers) {
		List<String> origins = headers.getOrEmpty(HttpHeaders.ORIGIN);
		if (origins.isEmpty()) {
			return "none";
		}
		String origin = origins.get(0);
		int authority = origin.indexOf("://") + 3;
		if (origins.size() > 1 || authority < 3) {
			return (origins.size() == 1 && origin.equals(OPAQUE)) ? OPAQUE : NO_ORIGIN;
		}
		int end = authority;
		while (end < origin.length() && "/?#\\".indexOf(origin.charAt(end)) == -1) {
			end++;
		}
		int userInfo = origin.lastIndexOf('@', end - 1);
		String host = origin.substring(Math.max(authority, userInfo + 1), end);
		String printable = origin.substring(0, authority) + host;
		return (SYNTAX.matcher(printable).matches()) ? cut(printable) : NO_ORIGIN;
	}

	private static String cut(String text) {
		return (text.length() > MAX_LENGTH) ? text.substring(0, MAX_LENGTH) + "..." : text;
	}

}
