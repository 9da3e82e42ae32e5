/**
 * Sessions that reach the server through real proxies.
 */
package io.github.websockethttp2.proxy;
