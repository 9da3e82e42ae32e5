/**
 * The page and the handlers behind it: an echo, a ticker, and the probe sockets whose
 * connections the page counts.
 */
@NullMarked
package io.github.websockethttp2.sample.dashboard;

import org.jspecify.annotations.NullMarked;
