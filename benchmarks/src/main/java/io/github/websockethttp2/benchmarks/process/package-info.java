/**
 * Processes that are measured from outside, and told what to do line by line.
 */
@NullMarked
package io.github.websockethttp2.benchmarks.process;

import org.jspecify.annotations.NullMarked;
