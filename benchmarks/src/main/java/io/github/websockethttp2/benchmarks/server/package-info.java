/**
 * The servers that are compared. All of them answer on the same paths: {@code /echo}
 * returns every message, {@code /push} answers {@code "<count> <length>"} with so many
 * text messages of that length, {@code /sink} answers every message with one byte, and
 * {@code /broadcast} sends to everybody what a client of it asks for.
 */
@NullMarked
package io.github.websockethttp2.benchmarks.server;

import org.jspecify.annotations.NullMarked;
