/**
 * The server: merged HTTP/2 settings, the CONNECT that is presented as a GET, handler
 * mapping, and the upgrade.
 */
@NullMarked
package io.github.websockethttp2.server;

import org.jspecify.annotations.NullMarked;
