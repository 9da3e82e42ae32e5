package io.github.websockethttp2.benchmarks.server;

/**
 * What a client of {@code /push} asks for.
 *
 * @param count how many messages
 * @param length the length of each
 */
record PushRequest(int count, int length) {

	static PushRequest parse(String text) {
		int space = text.indexOf(' ');
		return new PushRequest(Integer.parseInt(text.substring(0, space)), Integer.parseInt(text.substring(space + 1)));
	}

	String payload() {
		return "x".repeat(this.length);
	}

}
