/**
 * Topics: what is sent to a topic is encoded once, and every session that is in it gets
 * the same bytes. The API is {@link Topics}, {@link Topic}, {@link Delivery},
 * {@link SlowConsumer} and {@link TopicEvent}, and for those who connect instances
 * {@link TopicEngine} and {@link TopicSignal}; all other types are internal and may
 * change in any version.
 */
@NullMarked
package io.github.websockethttp2.topic;

import org.jspecify.annotations.NullMarked;
