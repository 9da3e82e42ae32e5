/**
 * Meters of the server's sessions.
 */
@NullMarked
package io.github.websockethttp2.observation;

import org.jspecify.annotations.NullMarked;
