/**
 * Tests the WebSockets of a running application, over HTTP/1.1 and HTTP/2. The API is
 * {@link io.github.websockethttp2.test.WebSocketTest},
 * {@link io.github.websockethttp2.test.AutoConfigureWebSocketTestClient},
 * {@link io.github.websockethttp2.test.WebSocketTestClient} and the types that these lead
 * to; all other types are internal and may change in any version.
 */
@NullMarked
package io.github.websockethttp2.test;

import org.jspecify.annotations.NullMarked;
