package io.github.websockethttp2.actuate;

import java.util.List;

import org.springframework.http.HttpHeaders;

/**
 * Makes the origin of a refused handshake fit to be shown. Clients may send anything, so
 * what does not look like an origin is not shown: it may be a secret that somebody put
 * into the wrong field.
 */
final class PrintableOrigin {

	private static final int MAX_LENGTH = 200;

	private static final String OPAQUE = "null";

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
			return (origins.size() == 1 && origin.equals(OPAQUE)) ? OPAQUE : "not an origin";
		}
		int end = authority;
		while (end < origin.length() && "/?#\\".indexOf(origin.charAt(end)) == -1) {
			end++;
		}
		int userInfo = origin.lastIndexOf('@', end - 1);
		String host = origin.substring(Math.max(authority, userInfo + 1), end);
		return cut(origin.substring(0, authority) + host).replaceAll("[^\\x21-\\x7e]", "?");
	}

	private static String cut(String text) {
		return (text.length() > MAX_LENGTH) ? text.substring(0, MAX_LENGTH) + "..." : text;
	}

}
