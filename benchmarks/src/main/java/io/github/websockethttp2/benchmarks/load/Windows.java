package io.github.websockethttp2.benchmarks.load;

import java.util.List;

/**
 * How much a server may send before a client has read any of it (RFC 9113, section 5.2):
 * as clients announce it that are in use. When half of a window has been read, the server
 * hears of it, which is what Netty's clients do.
 *
 * @param name what the windows are called
 * @param stream the window of a stream
 * @param connection the window of all streams together
 */
public record Windows(String name, int stream, int connection) {

	/** The windows that are announced where no others are asked for. */
	public static final String CHROMIUM = "chromium";

	/** What both are unless the client says more. */
	static final int DEFAULT = 0xffff;

	private static final int KB = 1024;

	private static final int MB = 1024 * KB;

	private static final List<Windows> KNOWN = List.of(
			// kSpdyStreamMaxRecvWindowSize and kSpdySessionMaxRecvWindowSize, as of 2026
			new Windows(CHROMIUM, 6 * MB, 15 * MB),
			// Node before nodejs/node#64623 of July 2026, which makes it 4 MB and 32 MB
			new Windows("node", DEFAULT, DEFAULT),
			// curl 8.21: H2_STREAM_WINDOW_SIZE_MAX and HTTP2_HUGE_WINDOW_SIZE. A stream
			// begins with 64 KB there, and is raised at once
			new Windows("curl", 10 * MB, 1000 * MB),
			// HAProxy 3.1 and later, to a server: tune.bufsize. 2.6 has DEFAULT for both
			new Windows("haproxy", 16 * KB, DEFAULT));

	public Windows {
		if (stream < 1 || connection < DEFAULT) {
			throw new IllegalArgumentException(
					"A stream's window has to be positive, and a connection's cannot be less than " + DEFAULT);
		}
	}

	/**
	 * Returns the windows of a client, or any others.
	 * @param text {@code chromium}, {@code node}, {@code curl}, {@code haproxy}, or the
	 * bytes of a stream's and the connection's with a slash between them
	 * @return the windows
	 */
	public static Windows of(String text) {
		return KNOWN.stream().filter((windows) -> windows.name.equals(text)).findFirst().orElseGet(() -> {
			String[] parts = text.split("/");
			if (parts.length != 2) {
				throw new IllegalArgumentException("Not windows: " + text);
			}
			return new Windows(text, Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
		});
	}

}
