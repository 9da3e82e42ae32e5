package io.github.websockethttp2.handshake;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.StringUtils;
import org.springframework.web.cors.CorsConfiguration;

/**
 * The origins, besides the server's own, that may open WebSockets. Entries are normalized
 * to the form that browsers send. Entries that could never match are rejected.
 */
final class AllowedOrigins {

	/**
	 * A star matches any part of an origin except brackets. At the start of the pattern,
	 * or at the end of its first part, it may match the scheme as well.
	 */
	private static final Pattern PATTERN = Pattern.compile("(?:[a-z*][a-z0-9+.*-]*://(?:\\[(?<address>[0-9a-f:*]+)]|[*"
			+ Origin.NAME_CHARACTERS + "]+)|[a-z0-9+.-]*\\*[*" + Origin.NAME_CHARACTERS
			+ "]*)(?::(?<ports>[0-9*]+|\\[(?:\\*|[0-9]+(?:,[0-9]+)*)]))?");

	private static final Pattern EMPTY_LABEL = Pattern.compile("\\.\\.|://\\.");

	private static final Pattern PORT = Pattern.compile("[0-9*]+");

	private static final Pattern PORT_DIGITS = Pattern.compile("0?|[1-9][0-9]{0,4}");

	private static final Pattern SOCKET_SCHEME = Pattern.compile("ws(?=s?\\**://)");

	private final boolean any;

	private final Set<Origin> origins = new HashSet<>();

	private final CorsConfiguration patterns = new CorsConfiguration();

	AllowedOrigins(List<String> origins, List<String> patterns) {
		this.any = origins.contains(CorsConfiguration.ALL) || patterns.contains(CorsConfiguration.ALL);
		for (String origin : normalize(origins)) {
			Assert.isTrue(!origin.contains(CorsConfiguration.ALL),
					"A pattern belongs in websocket.http2.allowed-origin-patterns, and \"*\" alone allows any origin.");
			this.origins.add(parse(origin));
		}
		for (String pattern : normalize(patterns)) {
			if (pattern.contains(CorsConfiguration.ALL) || pattern.contains(":[")) {
				this.patterns.addAllowedOriginPattern(parsePattern(pattern));
			}
			else {
				this.origins.add(parse(pattern));
			}
		}
	}

	private static Origin parse(String entry) {
		Origin origin = Origin.parse(entry);
		if (origin == null) {
			throw new IllegalArgumentException(
					"It must be an origin as browsers send it, such as \"https://app.example.com\": "
							+ "scheme, host, and the port if it is not the scheme's own.");
		}
		return origin;
	}

	private static String parsePattern(String entry) {
		Matcher matcher = PATTERN.matcher(entry);
		Assert.isTrue(matcher.matches() && !EMPTY_LABEL.matcher(entry).find() && canMatchPorts(matcher.group("ports")),
				"It must be a pattern of origins, such as \"https://*.example.com\" or "
						+ "\"https://*.example.com:[8080,8443]\". In a list that is separated by commas there "
						+ "can be none in brackets: use websocket.http2.allowed-origin-patterns[0] and so on.");
		String address = matcher.group("address");
		if (address == null || address.contains(CorsConfiguration.ALL)) {
			return entry;
		}
		String host = entry.substring(0, matcher.end("address") + 1);
		return parse(host) + entry.substring(host.length());
	}

	private List<String> normalize(List<String> entries) {
		Assert.isTrue(this.any || entries.stream().noneMatch(Origin.OPAQUE::equalsIgnoreCase),
				"Any site can send \"null\", from a sandboxed frame. If all may connect, say so: \"*\".");
		return entries.stream()
			.filter(StringUtils::hasText)
			.filter((entry) -> !entry.equals(CorsConfiguration.ALL) && !entry.equalsIgnoreCase(Origin.OPAQUE))
			.map((entry) -> entry.trim().toLowerCase(Locale.ROOT))
			.map((entry) -> (entry.endsWith("/") && !entry.endsWith("://")) ? entry.substring(0, entry.length() - 1)
					: entry)
			.map(AllowedOrigins::checkScheme)
			.toList();
	}

	/**
	 * Rejects the schemes {@code ws} and {@code wss}: they belong to the URL of a socket,
	 * not to the page that opens it.
	 */
	private static String checkScheme(String entry) {
		Matcher matcher = SOCKET_SCHEME.matcher(entry);
		Assert.isTrue(!matcher.lookingAt(),
				() -> "Browsers send the scheme of the page, whatever that of its sockets: \""
						+ matcher.replaceFirst("http") + "\".");
		return entry;
	}

	private static boolean canMatchPorts(@Nullable String ports) {
		return ports == null || PORT.matcher(ports).results().map(MatchResult::group).allMatch((port) -> {
			String digits = port.replace(CorsConfiguration.ALL, "");
			return PORT_DIGITS.matcher(digits).matches()
					&& (digits.isEmpty() || Integer.parseInt(digits) <= Origin.MAX_PORT);
		});
	}

	boolean isAny() {
		return this.any;
	}

	boolean contains(Origin origin) {
		return this.origins.contains(origin) || this.patterns.checkOrigin(origin.toString()) != null
				|| this.patterns.checkOrigin(origin.withPort()) != null;
	}

}
