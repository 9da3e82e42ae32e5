/**
 * A certificate for {@code localhost}, because browsers speak HTTP/2 over TLS only.
 * Nothing here is about WebSockets: an application has a certificate of its own.
 */
@NullMarked
package io.github.websockethttp2.sample.certificate;

import org.jspecify.annotations.NullMarked;
