package io.github.websockethttp2.topic;

/**
 * Where a message comes from. No two messages have the same.
 *
 * @param node the instance
 * @param number the message's number there
 */
record MessageOrigin(long node, long number) {
}
