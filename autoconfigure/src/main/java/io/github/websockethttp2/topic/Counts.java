package io.github.websockethttp2.topic;

/**
 * What became of messages, counted by one thread.
 */
final class Counts {

	int accepted;

	int delivered;

	int dropped;

	int closed;

}
