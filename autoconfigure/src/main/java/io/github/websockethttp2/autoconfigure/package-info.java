/**
 * Auto-configuration, properties and conditions.
 */
@NullMarked
package io.github.websockethttp2.autoconfigure;

import org.jspecify.annotations.NullMarked;
