package io.github.websockethttp2.handshake;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * An IPv6 address as written in an origin. Of its many forms browsers send one: in lower
 * case, without leading zeros, and with the first of the longest runs of zeros omitted
 * (RFC 5952, section 4, but never with an embedded IPv4 address). Works on text only,
 * since {@link java.net.InetAddress} might look up in DNS what a client sent.
 */
final class Ipv6Literal {

	private static final int PIECES = 8;

	private static final int HEX = 16;

	private static final String OCTET = "(0|[1-9][0-9]{0,2})";

	private static final Pattern IPV4_AT_THE_END = Pattern
		.compile("(.*:)" + OCTET + "\\." + OCTET + "\\." + OCTET + "\\." + OCTET);

	private static final Pattern PIECE = Pattern.compile("[0-9a-fA-F]{1,4}");

	private Ipv6Literal() {
	}

	/**
	 * Returns the form that browsers send.
	 * @param text the address, without brackets
	 * @return the form, or {@code null} if the text is not an address
	 */
	static @Nullable String normalize(String text) {
		String hex = withoutIpv4(text);
		int gap = (hex != null) ? hex.indexOf("::") : -1;
		if (hex == null || gap == -1) {
			List<Integer> pieces = (hex != null) ? pieces(hex) : null;
			return (pieces != null && pieces.size() == PIECES) ? format(pieces) : null;
		}
		List<Integer> head = (gap != 0) ? pieces(hex.substring(0, gap)) : List.of();
		List<Integer> tail = (gap != hex.length() - 2) ? pieces(hex.substring(gap + 2)) : List.of();
		if (head == null || tail == null || head.size() + tail.size() >= PIECES) {
			return null;
		}
		List<Integer> pieces = new ArrayList<>(head);
		while (pieces.size() + tail.size() < PIECES) {
			pieces.add(0);
		}
		pieces.addAll(tail);
		return format(pieces);
	}

	private static @Nullable String withoutIpv4(String text) {
		if (text.indexOf('.') == -1) {
			return text;
		}
		Matcher matcher = IPV4_AT_THE_END.matcher(text);
		if (!matcher.matches()) {
			return null;
		}
		StringBuilder hex = new StringBuilder(matcher.group(1));
		for (int group = 2; group <= 4; group += 2) {
			int high = Integer.parseInt(matcher.group(group));
			int low = Integer.parseInt(matcher.group(group + 1));
			if (high > 255 || low > 255) {
				return null;
			}
			hex.append((group != 2) ? ":" : "").append(Integer.toHexString((high << 8) | low));
		}
		return hex.toString();
	}

	private static @Nullable List<Integer> pieces(String text) {
		List<Integer> pieces = new ArrayList<>();
		for (String piece : text.split(":", PIECES + 1)) {
			if (!PIECE.matcher(piece).matches()) {
				return null;
			}
			pieces.add(Integer.parseInt(piece, HEX));
		}
		return pieces;
	}

	private static String format(List<Integer> pieces) {
		int start = -1;
		int length = 1;
		for (int i = 0; i < PIECES; i++) {
			int end = i;
			while (end < PIECES && pieces.get(end) == 0) {
				end++;
			}
			if (end - i > length) {
				start = i;
				length = end - i;
			}
		}
		if (start == -1) {
			return join(pieces);
		}
		return join(pieces.subList(0, start)) + "::" + join(pieces.subList(start + length, PIECES));
	}

	private static String join(List<Integer> pieces) {
		return String.join(":", pieces.stream().map(Integer::toHexString).toList());
	}

}
