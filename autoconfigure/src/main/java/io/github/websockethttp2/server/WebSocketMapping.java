package io.github.websockethttp2.server;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;

/**
 * Maps a {@link org.springframework.web.reactive.socket.WebSocketHandler} bean to one or
 * more path patterns, over HTTP/1.1 and HTTP/2. Can be placed on the bean's class or on
 * its {@code @Bean} method. The one on the method overrides the one on the class.
 *
 * <pre class="code">
 * &#064;Component
 * &#064;WebSocketMapping("/rooms/{room}")
 * class RoomHandler implements WebSocketHandler {
 *
 *     &#064;Override
 *     public Mono&lt;Void&gt; handle(WebSocketSession session) {
 *         String room = (String) session.getAttributes().get("room");
 *         ...
 *     }
 *
 * }
 * </pre>
 *
 * <p>
 * The patterns are those of {@link org.springframework.web.util.pattern.PathPattern}.
 * Template variables are strings in
 * {@link org.springframework.web.reactive.socket.WebSocketSession#getAttributes()}. The
 * application fails to start if two handlers have the same pattern, or if the bean is not
 * a handler.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface WebSocketMapping {

	/**
	 * Alias for {@link #path()}.
	 * @return the path patterns
	 */
	@AliasFor("path")
	String[] value() default {};

	/**
	 * The path patterns that the handler serves, such as {@code "/rooms/{room}"}.
	 * @return the path patterns
	 */
	@AliasFor("value")
	String[] path() default {};

}
