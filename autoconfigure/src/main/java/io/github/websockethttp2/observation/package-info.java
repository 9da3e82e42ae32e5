/**
 * Meters of the server's sessions. Internal: may change in any version.
 */
@NullMarked
package io.github.websockethttp2.observation;

import org.jspecify.annotations.NullMarked;
