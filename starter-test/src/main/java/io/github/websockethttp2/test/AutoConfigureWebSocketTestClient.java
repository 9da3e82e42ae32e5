package io.github.websockethttp2.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.PropertyMapping;
import org.springframework.boot.test.context.PropertyMapping.Skip;

/**
 * Adds a {@link WebSocketTestClient} to the application of a test, as a bean and as a
 * parameter of test methods. The server has to run, so that
 * {@link org.springframework.boot.test.context.SpringBootTest @SpringBootTest} needs the
 * web environment {@code RANDOM_PORT} or {@code DEFINED_PORT}. Sockets that a test method
 * leaves open are closed after it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
@PropertyMapping("spring.test.websocket")
@ExtendWith(WebSocketTestClientExtension.class)
public @interface AutoConfigureWebSocketTestClient {

	/**
	 * How long the client waits for what a test expects, such as {@code 10s}.
	 * @return the time; that of {@code spring.test.websocket.timeout} by default
	 */
	@PropertyMapping(skip = Skip.ON_DEFAULT_VALUE)
	String timeout() default "";

}
