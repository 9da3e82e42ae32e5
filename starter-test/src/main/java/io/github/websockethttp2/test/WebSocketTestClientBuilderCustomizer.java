package io.github.websockethttp2.test;

/**
 * Customizes the {@link WebSocketTestClient} of an application: a bean of the test.
 */
@FunctionalInterface
public interface WebSocketTestClientBuilderCustomizer {

	/**
	 * Customizes the client.
	 * @param builder its builder
	 */
	void customize(WebSocketTestClient.Builder builder);

}
