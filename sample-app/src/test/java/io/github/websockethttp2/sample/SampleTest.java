package io.github.websockethttp2.sample;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.github.websockethttp2.test.AutoConfigureWebSocketTestClient;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/**
 * Runs the sample on two free ports, with a certificate other than that of development.
 * Tests with this annotation share one run.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "sample.http1-port=0", "sample.certificate-directory=target/certificate",
				"spring.test.websocket.timeout=20s" })
@AutoConfigureWebSocketTestClient
public @interface SampleTest {

}
