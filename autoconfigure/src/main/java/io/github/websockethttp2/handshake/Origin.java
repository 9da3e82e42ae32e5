package io.github.websockethttp2.handshake;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.web.util.ForwardedHeaderUtils;
import org.springframework.web.util.UriComponents;

/**
 * An origin (RFC 6454, section 6.2): scheme, host and port. It is parsed as text, since
 * {@link URI} finds no host in names such as {@code my_app}, which browsers and
 * containers accept.
 *
 * @param scheme the scheme, in lower case
 * @param host the host, in lower case; an IPv6 address in the form that browsers send
 * @param port the port, or -1 for the scheme's default
 */
record Origin(String scheme, String host, int port) {

	/**
	 * Characters of a registered name (RFC 3986, section 3.2.2), except those that
	 * separate lists.
	 */
	static final String NAME_CHARACTERS = "a-z0-9._~!$&'()+;=-";

	/** The origin of pages that have none of their own (RFC 6454, section 7.3). */
	static final String OPAQUE = "null";

	static final int MAX_PORT = 65_535;

	private static final Pattern SYNTAX = Pattern.compile(
			"([a-z][a-z0-9+.-]*)://(\\[[0-9a-f:.]+]|[" + NAME_CHARACTERS + "]+)(?::(0|[1-9][0-9]{0,4}))?|file://",
			Pattern.CASE_INSENSITIVE);

	private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

	private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");

	private static final Pattern NUMBER = Pattern.compile("[0-9]+");

	/** A placeholder for the server's own host while forwarded headers are evaluated. */
	private static final String OWN_HOST = "own.invalid";

	/**
	 * Parses an origin.
	 * @param value the value that a browser sent, or an allowed origin
	 * @return the origin, or {@code null} if the value is not an origin, such as the text
	 * {@code null}
	 */
	static @Nullable Origin parse(String value) {
		Matcher matcher = SYNTAX.matcher(value);
		if (!matcher.matches()) {
			return null;
		}
		if (matcher.group(1) == null) {
			return new Origin("file", "", -1);
		}
		String scheme = matcher.group(1).toLowerCase(Locale.ROOT);
		String host = host(scheme, matcher.group(2).toLowerCase(Locale.ROOT));
		int port = (matcher.group(3) != null) ? Integer.parseInt(matcher.group(3)) : -1;
		return (host == null || port > MAX_PORT) ? null
				: new Origin(scheme, host, (port != defaultPort(scheme)) ? port : -1);
	}

	private static @Nullable String host(String scheme, String host) {
		if (host.startsWith("[")) {
			String address = Ipv6Literal.normalize(host.substring(1, host.length() - 1));
			return (address != null) ? "[" + address + "]" : null;
		}
		return (defaultPort(scheme) == -1 || isHost(host)) ? host : null;
	}

	/**
	 * Returns whether a page may be loaded from a host over HTTP. No label of a name is
	 * empty, and a name that ends in a number is an IPv4 address, which browsers send in
	 * the usual form.
	 */
	private static boolean isHost(String host) {
		if (host.startsWith(".") || host.contains("..")) {
			return false;
		}
		String name = (host.endsWith(".")) ? host.substring(0, host.length() - 1) : host;
		return !NUMBER.matcher(name.substring(name.lastIndexOf('.') + 1)).matches() || IPV4.matcher(host).matches();
	}

	/**
	 * Returns the origin that a client has requested.
	 * @param scheme the scheme of the request, possibly {@code ws} or {@code wss}
	 * @param authority the host and port of the request
	 */
	static @Nullable Origin of(@Nullable String scheme, @Nullable String authority) {
		if (scheme == null || authority == null) {
			return null;
		}
		String http = switch (scheme.toLowerCase(Locale.ROOT)) {
			case "ws" -> "http";
			case "wss" -> "https";
			default -> scheme;
		};
		return parse(http + "://" + authority);
	}

	/**
	 * Returns the server's origin as the client sees it, according to the headers of
	 * proxies.
	 * @param own the origin as this server sees it
	 * @param headers the headers of the request
	 */
	static @Nullable Origin forwarded(@Nullable Origin own, HttpHeaders headers) {
		try {
			String port = (own != null && own.port != -1) ? ":" + own.port : "";
			URI seen = URI.create(((own != null) ? own.scheme : "http") + "://" + OWN_HOST + port);
			UriComponents told = ForwardedHeaderUtils.adaptFromForwardedHeaders(seen, headers).build();
			String host = (OWN_HOST.equals(told.getHost()) && own != null) ? own.host : told.getHost();
			return of(told.getScheme(), host + ((told.getPort() != -1) ? ":" + told.getPort() : ""));
		}
		catch (IllegalArgumentException | IndexOutOfBoundsException ex) {
			// Spring throws the second for a header of commas only
			return null;
		}
	}

	private static int defaultPort(String scheme) {
		return switch (scheme) {
			case "http" -> 80;
			case "https" -> 443;
			default -> -1;
		};
	}

	/**
	 * Returns the origin with the port, even the default port, which browsers omit.
	 */
	String withPort() {
		int port = (this.port != -1) ? this.port : defaultPort(this.scheme);
		return this.scheme + "://" + this.host + ((port != -1) ? ":" + port : "");
	}

	@Override
	public String toString() {
		return this.scheme + "://" + this.host + ((this.port != -1) ? ":" + this.port : "");
	}

}
