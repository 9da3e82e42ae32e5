/**
 * Chat rooms: a handler with a variable in its path, and members who hear each other.
 */
@NullMarked
package io.github.websockethttp2.sample.room;

import org.jspecify.annotations.NullMarked;
