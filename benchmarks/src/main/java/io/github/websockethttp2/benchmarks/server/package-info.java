/**
 * The servers that are compared. All of them answer on the same paths: {@code /echo}
 * returns every message, {@code /push} answers {@code "<count> <length>"} with so many
 * text messages of that length, and {@code /sink} answers every message with one byte.
 */
@NullMarked
package io.github.websockethttp2.benchmarks.server;

import org.jspecify.annotations.NullMarked;
