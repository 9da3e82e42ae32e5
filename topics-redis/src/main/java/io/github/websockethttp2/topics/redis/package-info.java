/**
 * Topics of several instances of an application, connected by Redis or Valkey. There is
 * no API: what applications use is in {@link io.github.websockethttp2.topic}.
 */
@NullMarked
package io.github.websockethttp2.topics.redis;

import org.jspecify.annotations.NullMarked;
