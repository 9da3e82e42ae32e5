/**
 * What the tests share: HTTP/2, HTTP/1.1 and WebSocket clients driven frame by frame, a
 * watch for buffer leaks and log lines, and a certificate for TLS.
 */
package io.github.websockethttp2.testsupport;
