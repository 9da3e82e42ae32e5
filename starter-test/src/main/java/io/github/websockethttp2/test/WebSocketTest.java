package io.github.websockethttp2.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test method that runs once over each {@link Transport}. Its
 * {@link WebSocketTestClient}, a parameter or a bean, uses that transport. The class
 * needs {@link AutoConfigureWebSocketTestClient @AutoConfigureWebSocketTestClient}.
 * <p>
 * By default, a transport that the application does without, such as HTTP/2 where
 * {@code websocket.http2.enabled} is {@code false}, is skipped with the reason. One that
 * {@link #value()} names fails the test instead. HTTP/2 that is switched on but does not
 * work fails the test in either case.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@TestTemplate
@ExtendWith({ WebSocketTestClientExtension.class, WebSocketTestInvocations.class })
public @interface WebSocketTest {

	/**
	 * The transports that the test runs over, and must.
	 * @return the transports; none for all that the application serves
	 */
	Transport[] value() default {};

}
