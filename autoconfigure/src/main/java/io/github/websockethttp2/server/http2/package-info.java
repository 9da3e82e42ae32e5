/**
 * The server's HTTP/2 connections: merged settings, refused requests, pending streams,
 * budgets, and GOAWAY. Internal: may change in any version.
 */
@NullMarked
package io.github.websockethttp2.server.http2;

import org.jspecify.annotations.NullMarked;
