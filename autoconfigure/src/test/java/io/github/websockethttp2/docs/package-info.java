/**
 * What the README and the pages in {@code docs} say and show.
 */
package io.github.websockethttp2.docs;
