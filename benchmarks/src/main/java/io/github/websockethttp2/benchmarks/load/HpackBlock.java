package io.github.websockethttp2.benchmarks.load;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A block of request headers (RFC 7541), all of them literals that leave the dynamic
 * table alone. Made once, it can be sent on any stream of any connection.
 */
final class HpackBlock {

	private static final int AUTHORITY = 1;

	private static final int METHOD = 2;

	private static final int PATH = 4;

	private static final int SCHEME_HTTP = 0x86;

	private static final int SCHEME_HTTPS = 0x87;

	private static final int STATUS_200 = 0x88;

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	private HpackBlock(String method, boolean tls, String path) {
		indexed(METHOD, method);
		this.bytes.write(tls ? SCHEME_HTTPS : SCHEME_HTTP);
		indexed(AUTHORITY, "localhost");
		indexed(PATH, path);
	}

	/**
	 * Makes the handshake of a WebSocket (RFC 8441).
	 * @param target the server
	 * @param path the path
	 * @return the block
	 */
	static byte[] webSocket(Target target, String path) {
		boolean tls = target.tls();
		HpackBlock block = new HpackBlock("CONNECT", tls, path);
		block.literal(":protocol", "websocket");
		block.literal("origin", tls ? "https://localhost" : "http://localhost");
		block.literal("sec-websocket-version", "13");
		if (target.compressed()) {
			block.literal("sec-websocket-extensions", Inflation.OFFER);
		}
		return block.bytes.toByteArray();
	}

	static byte[] get(boolean tls, String path, String accept) {
		HpackBlock block = new HpackBlock("GET", tls, path);
		block.literal("accept", accept);
		return block.bytes.toByteArray();
	}

	/**
	 * Whether a block of response headers begins with the status 200.
	 * @param block the block
	 * @return whether the request was accepted
	 */
	static boolean isOk(byte[] block) {
		int index = 0;
		// Updates of the dynamic table's size come first
		while (index < block.length && (block[index] & 0xe0) == 0x20) {
			boolean more = (block[index++] & 0x1f) == 0x1f;
			while (more && index < block.length) {
				more = block[index++] < 0;
			}
		}
		return index < block.length && (block[index] & 0xff) == STATUS_200;
	}

	private void indexed(int name, String value) {
		this.bytes.write(name);
		string(value);
	}

	private void literal(String name, String value) {
		this.bytes.write(0);
		string(name);
		string(value);
	}

	private void string(String value) {
		byte[] ascii = value.getBytes(StandardCharsets.US_ASCII);
		if (ascii.length >= 127) {
			throw new IllegalArgumentException("Longer than a block of this kind holds: " + value);
		}
		this.bytes.write(ascii.length);
		this.bytes.writeBytes(ascii);
	}

}
