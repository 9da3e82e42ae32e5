/**
 * The clients that are compared, each in a process of its own.
 */
@NullMarked
package io.github.websockethttp2.benchmarks.client;

import org.jspecify.annotations.NullMarked;
