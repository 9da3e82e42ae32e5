/**
 * Auto-configuration, properties and conditions. Internal: may change in any version.
 */
@NullMarked
package io.github.websockethttp2.autoconfigure;

import org.jspecify.annotations.NullMarked;
