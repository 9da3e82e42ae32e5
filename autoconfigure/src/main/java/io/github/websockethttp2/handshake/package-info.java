/**
 * What may open: a request, a decision, and ordered policies. Knows no Netty.
 */
@NullMarked
package io.github.websockethttp2.handshake;

import org.jspecify.annotations.NullMarked;
