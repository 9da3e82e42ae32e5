/**
 * The HTTP/2 connections of the server: its settings merged, requests refused, streams
 * that wait, budgets, and GOAWAY.
 */
@NullMarked
package io.github.websockethttp2.server.http2;

import org.jspecify.annotations.NullMarked;
