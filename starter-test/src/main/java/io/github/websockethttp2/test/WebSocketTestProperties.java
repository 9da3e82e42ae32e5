package io.github.websockethttp2.test;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of tests.
 *
 * @param timeout How long a WebSocketTestClient waits for what a test expects.
 */
@ConfigurationProperties("spring.test.websocket")
record WebSocketTestProperties(@DefaultValue("5s") Duration timeout) {

}
