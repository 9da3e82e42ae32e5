/**
 * Tables and charts.
 */
@NullMarked
package io.github.websockethttp2.benchmarks.report;

import org.jspecify.annotations.NullMarked;
