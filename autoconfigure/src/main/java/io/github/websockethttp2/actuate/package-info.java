/**
 * The actuator endpoint and the contribution to {@code info}. Internal: may change in any
 * version.
 */
@NullMarked
package io.github.websockethttp2.actuate;

import org.jspecify.annotations.NullMarked;
