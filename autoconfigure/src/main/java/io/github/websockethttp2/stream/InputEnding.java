package io.github.websockethttp2.stream;

/**
 * A user event: the peer has ended its side, and not all of what it sent has been read.
 */
final class InputEnding {

	static final InputEnding INSTANCE = new InputEnding();

	private InputEnding() {
	}

}
