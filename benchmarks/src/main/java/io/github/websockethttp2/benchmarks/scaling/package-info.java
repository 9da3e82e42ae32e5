/**
 * What is calculated from measured figures: how many servers so many sessions need, and
 * what happens when one of them is lost. Nothing is measured here, and nothing is random
 * but by a seed.
 */
@NullMarked
package io.github.websockethttp2.benchmarks.scaling;

import org.jspecify.annotations.NullMarked;
