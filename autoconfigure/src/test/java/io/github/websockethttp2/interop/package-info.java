/**
 * The client against servers by others, each in a process of its own.
 */
package io.github.websockethttp2.interop;
