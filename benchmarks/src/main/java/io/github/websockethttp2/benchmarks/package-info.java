/**
 * Measures what a message and a session cost, here and elsewhere.
 */
@NullMarked
package io.github.websockethttp2.benchmarks;

import org.jspecify.annotations.NullMarked;
