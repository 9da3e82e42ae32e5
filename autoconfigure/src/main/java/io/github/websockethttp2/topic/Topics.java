package io.github.websockethttp2.topic;

import org.springframework.core.ParameterizedTypeReference;

/**
 * Topics, by which an application sends the same messages to many sessions. A bean.
 * Thread-safe.
 *
 * <pre class="code">
 * Topic&lt;Said&gt; room = topics.get("rooms/" + name, Said.class);
 * </pre>
 */
public interface Topics {

	/**
	 * Returns a topic. This costs little: a topic exists while somebody is in it, so a
	 * name may be anything, such as the id of a user.
	 * @param <T> the type of its messages
	 * @param name the name of the topic
	 * @param type the type of its messages. A {@code String} is sent as text, a
	 * {@code byte[]}, a {@link java.nio.ByteBuffer} and a
	 * {@link org.springframework.core.io.buffer.DataBuffer} are sent as they are, and
	 * anything else as the first of WebFlux's encoders makes it that can: by default, as
	 * JSON
	 * @return the topic
	 * @throws IllegalArgumentException if no encoder can write messages of the type
	 * @throws IllegalStateException if somebody is in the topic for messages of another
	 * type
	 */
	<T> Topic<T> get(String name, Class<T> type);

	/**
	 * Returns the same for messages of a generic type, such as a list: encoders and
	 * decoders know what is in it. Types are the same if what is in them is, too.
	 * @param <T> the type of its messages
	 * @param name the name of the topic
	 * @param type the type of its messages
	 * @return the topic
	 * @throws IllegalArgumentException if no encoder can write messages of the type, or
	 * if it has a type variable
	 * @throws IllegalStateException if somebody is in the topic for messages of another
	 * type
	 */
	<T> Topic<T> get(String name, ParameterizedTypeReference<T> type);

}
