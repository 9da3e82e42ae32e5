package io.github.websockethttp2.frame;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The permessage-deflate extension as negotiated for a session (RFC 7692, section 7).
 * Neither side keeps its compression context between messages, so that compression costs
 * a session no memory: the sessions of an event loop share deflaters and inflaters.
 *
 * @param serverMaxWindowBits the base-2 logarithm of the window that the server's
 * messages may refer back to, from 8 to 15
 * @param explicitWindow whether the client has requested that window
 */
public record PerMessageDeflate(int serverMaxWindowBits, boolean explicitWindow) {

	private static final String NAME = "permessage-deflate";

	private static final String SERVER_NO_CONTEXT = "server_no_context_takeover";

	private static final String CLIENT_NO_CONTEXT = "client_no_context_takeover";

	private static final String SERVER_WINDOW = "server_max_window_bits";

	private static final String CLIENT_WINDOW = "client_max_window_bits";

	private static final int MIN_WINDOW_BITS = 8;

	private static final int MAX_WINDOW_BITS = 15;

	/**
	 * Accepts the first well-formed offer of a client (RFC 7692, section 5.1).
	 * @param offers the values of the client's {@code Sec-WebSocket-Extensions} fields
	 * @return the negotiated extension, or {@code null} if there is no such offer
	 */
	public static @Nullable PerMessageDeflate negotiate(List<String> offers) {
		for (String offer : String.join(",", offers).split(",")) {
			// With a limit, or an offer of only semicolons would have no parts
			String[] parts = offer.split(";", -1);
			PerMessageDeflate agreed = (NAME.equalsIgnoreCase(parts[0].trim())) ? accept(parts) : null;
			if (agreed != null) {
				return agreed;
			}
		}
		return null;
	}

	/**
	 * Returns what a client offers: no context on either side (RFC 7692, section 7.1.1).
	 * @return the value of the {@code Sec-WebSocket-Extensions} field
	 */
	public static String offer() {
		return NAME + ";" + SERVER_NO_CONTEXT + ";" + CLIENT_NO_CONTEXT;
	}

	/**
	 * Takes a server's answer to {@link #offer()} (RFC 7692, section 7.1).
	 * @param answers the values of the server's {@code Sec-WebSocket-Extensions} fields
	 * @return what is agreed, or {@code null} if the answer is not one to the offer
	 */
	public static @Nullable PerMessageDeflate agree(List<String> answers) {
		String[] parts = String.join(",", answers).split(";", -1);
		Map<String, @Nullable String> parameters = (NAME.equalsIgnoreCase(parts[0].trim())) ? parameters(parts) : null;
		if (parameters == null || !parameters.containsKey(SERVER_NO_CONTEXT) || parameters.containsKey(CLIENT_WINDOW)) {
			return null;
		}
		return accept(parameters);
	}

	private static @Nullable PerMessageDeflate accept(String[] parts) {
		Map<String, @Nullable String> parameters = parameters(parts);
		return (parameters != null) ? accept(parameters) : null;
	}

	private static @Nullable Map<String, @Nullable String> parameters(String[] parts) {
		Map<String, @Nullable String> parameters = new HashMap<>();
		for (String part : List.of(parts).subList(1, parts.length)) {
			String[] parameter = part.split("=", 2);
			String name = parameter[0].trim();
			if (parameters.containsKey(name)) {
				return null;
			}
			parameters.put(name, (parameter.length == 2) ? unquoted(parameter[1].trim()) : null);
		}
		return parameters;
	}

	private static String unquoted(String value) {
		boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
		return (quoted) ? value.substring(1, value.length() - 1) : value;
	}

	private static @Nullable PerMessageDeflate accept(Map<String, @Nullable String> parameters) {
		Integer serverWindow = null;
		for (Map.Entry<String, @Nullable String> parameter : parameters.entrySet()) {
			String value = parameter.getValue();
			switch (parameter.getKey()) {
				case SERVER_NO_CONTEXT, CLIENT_NO_CONTEXT -> {
					if (value != null) {
						return null;
					}
				}
				case CLIENT_WINDOW -> {
					if (value != null && windowBits(value) == null) {
						return null;
					}
				}
				case SERVER_WINDOW -> {
					serverWindow = windowBits(value);
					if (serverWindow == null) {
						return null;
					}
				}
				default -> {
					return null;
				}
			}
		}
		return (serverWindow != null) ? new PerMessageDeflate(serverWindow, true)
				: new PerMessageDeflate(MAX_WINDOW_BITS, false);
	}

	private static @Nullable Integer windowBits(@Nullable String value) {
		if (value == null || !value.matches("[1-9][0-9]?")) {
			return null;
		}
		int bits = Integer.parseInt(value);
		return (bits >= MIN_WINDOW_BITS && bits <= MAX_WINDOW_BITS) ? bits : null;
	}

	/**
	 * Returns the window that the messages of one side may refer back to.
	 */
	int windowBits(Role sender) {
		return (sender == Role.SERVER) ? this.serverMaxWindowBits : MAX_WINDOW_BITS;
	}

	/**
	 * Returns the server's answer.
	 * @return the value of the {@code Sec-WebSocket-Extensions} field
	 */
	public String toHeader() {
		String header = NAME + ";" + SERVER_NO_CONTEXT + ";" + CLIENT_NO_CONTEXT;
		return (this.explicitWindow) ? header + ";" + SERVER_WINDOW + "=" + this.serverMaxWindowBits : header;
	}

}
