package io.github.websockethttp2.client;

/**
 * Customizes the builders of clients that are auto-configured, each before anybody gets
 * it. Beans of this type are called in their order, after the properties.
 */
@FunctionalInterface
public interface Http2WebSocketClientCustomizer {

	/**
	 * Customizes a builder.
	 * @param builder the builder
	 */
	void customize(Http2WebSocketClient.Builder builder);

}
