/**
 * Servers by others, each the main class of a process. All of them answer on the same
 * paths: {@code /echo} returns every message, {@code /chat} does so with the sub-protocol
 * {@code chat}, {@code /fragments} returns it in three frames, {@code /close} closes with
 * 4000 upon a message, and {@code /abort} ends without a Close frame. Whatever ends is
 * printed with its close code.
 */
@NullMarked
package io.github.websockethttp2.interop;

import org.jspecify.annotations.NullMarked;
