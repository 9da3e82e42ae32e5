package io.github.websockethttp2.benchmarks.server;

import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a client of {@code /broadcast} asks for: a message to everybody, when everybody is
 * there.
 *
 * @param sessions how many sessions everybody is
 * @param length the length of the message
 * @param varied whether the message is like JSON, for compression, and not all the same
 * letter
 */
public record BroadcastRequest(int sessions, int length, boolean varied) {

	/** Such a message is made once, as it costs more than any server does. */
	private static final Map<BroadcastRequest, String> PAYLOADS = new ConcurrentHashMap<>();

	private static final char FILL = 'x';

	private static final String VARIED = "varied";

	static BroadcastRequest parse(String text) {
		String[] words = text.split(" ");
		return new BroadcastRequest(Integer.parseInt(words[0]), Integer.parseInt(words[1]), words[2].equals(VARIED));
	}

	/**
	 * Returns the request as a client sends it.
	 * @return the text
	 */
	public String text() {
		return this.sessions + " " + this.length + " " + (this.varied ? VARIED : "same");
	}

	/**
	 * Returns the message.
	 * @return text that begins and ends with the letter that clients look for
	 */
	String payload() {
		return PAYLOADS.computeIfAbsent(this, BroadcastRequest::newPayload);
	}

	private String newPayload() {
		if (!this.varied) {
			return String.valueOf(FILL).repeat(this.length);
		}
		Random random = new Random(this.length);
		StringBuilder payload = new StringBuilder().append(FILL);
		while (payload.length() < this.length) {
			int bid = random.nextInt(100_000);
			payload.append("{\"symbol\":\"")
				.append(Integer.toString(random.nextInt(46_656), 36))
				.append("\",\"bid\":")
				.append(bid / 100.0)
				.append(",\"ask\":")
				.append((bid + random.nextInt(100)) / 100.0)
				.append(",\"time\":")
				.append(1_700_000_000_000L + random.nextInt(1_000_000))
				.append("},");
		}
		payload.setLength(this.length - 1);
		return payload.append(FILL).toString();
	}

}
