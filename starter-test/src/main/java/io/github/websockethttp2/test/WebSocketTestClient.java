package io.github.websockethttp2.test;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.github.websockethttp2.client.Http2WebSocketClient;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

import org.springframework.http.HttpHeaders;
import org.springframework.util.Assert;

/**
 * Opens WebSockets to the application of a test, and says what has gone wrong instead of
 * waiting for ever.
 *
 * <pre class="code">
 * client.connect("/rooms/{room}", "one")
 * 	.expectOpen()
 * 	.send("hi").expectText("one: hi")
 * 	.close(1000).expectClosed(1000);
 * </pre>
 *
 * In a {@link WebSocketTest @WebSocketTest} it uses the transport of the run. In any
 * other test it uses the application's own port, over HTTP/2 if the application has that.
 * It trusts any certificate, as it only talks to this machine. Safe for use from any
 * thread.
 */
public final class WebSocketTestClient {

	private final ServerUnderTest server;

	private final JsonMessages json;

	private final Connections connections;

	private final Duration timeout;

	private final HttpHeaders defaultHeaders;

	private final @Nullable Transport transport;

	private final Consumer<Http2WebSocketClient.Builder> clientCustomizer;

	private WebSocketTestClient(Builder builder) {
		this.server = builder.server;
		this.json = builder.json;
		this.timeout = builder.timeout;
		this.defaultHeaders = HttpHeaders.copyOf(builder.defaultHeaders);
		this.transport = builder.transport;
		this.clientCustomizer = builder.clientCustomizer;
		Connections connections = builder.connections;
		this.connections = (connections != null && connections.allow(builder.timeout)) ? connections
				: new Connections(builder.timeout, builder.clientCustomizer);
	}

	/**
	 * Describes a handshake.
	 * @param uriTemplate a path of the application, with its query
	 * @param uriVariables the variables of the template
	 * @return the handshake
	 * @throws IllegalStateException if no server runs, or not over this client's
	 * transport
	 */
	public HandshakeSpec connect(String uriTemplate, Object... uriVariables) {
		Assert.isTrue(uriTemplate.startsWith("/"),
				() -> "A path of the application begins with a slash: " + uriTemplate);
		Transport transport = transport();
		URI url = this.server.url(transport, uriTemplate, uriVariables);
		return new HandshakeSpec(this.connections.client(transport), transport, url, this.defaultHeaders, this.timeout,
				this.json);
	}

	/**
	 * Sends texts and receives texts, for a {@code StepVerifier}.
	 * @param uri a path of the application
	 * @param texts what to send
	 * @return what is received
	 * @see HandshakeSpec#exchange(Publisher)
	 */
	public Flux<String> exchange(String uri, Publisher<String> texts) {
		return connect(uri).exchange(texts);
	}

	/**
	 * Returns the transport of sockets that are opened now, on this thread.
	 * @return the transport
	 */
	public Transport transport() {
		TestScope scope = TestScope.current();
		Transport chosen = this.transport;
		if (chosen == null && scope != null) {
			chosen = scope.transport();
		}
		return (chosen != null) ? chosen : this.server.preferred();
	}

	/**
	 * Returns a client that uses a transport, on the same connections.
	 * @param transport the transport
	 * @return the client
	 */
	public WebSocketTestClient over(Transport transport) {
		return mutate().transport(transport).build();
	}

	/**
	 * Returns why the application does without a transport.
	 * @param transport the transport
	 * @return the reason, or {@code null} if it does not
	 */
	@Nullable String whyNot(Transport transport) {
		return this.server.whyNot(transport);
	}

	/**
	 * Returns a builder of clients for the same application.
	 * @return a builder with the settings of this client
	 */
	public Builder mutate() {
		Builder builder = new Builder(this.server, this.json, this.timeout);
		builder.defaultHeaders.putAll(this.defaultHeaders);
		builder.transport = this.transport;
		builder.clientCustomizer = this.clientCustomizer;
		builder.connections = this.connections;
		return builder;
	}

	/**
	 * Builds clients. Not safe for use from several threads.
	 */
	public static final class Builder {

		private final ServerUnderTest server;

		private final JsonMessages json;

		private final HttpHeaders defaultHeaders = new HttpHeaders();

		private Duration timeout;

		private @Nullable Transport transport;

		/** Those of the client that this began with, unless they have to be others. */
		private @Nullable Connections connections;

		private Consumer<Http2WebSocketClient.Builder> clientCustomizer = (client) -> {
		};

		Builder(ServerUnderTest server, JsonMessages json, Duration timeout) {
			this.server = server;
			this.json = json;
			this.timeout = timeout;
		}

		/**
		 * Sets the transport.
		 * @param transport the transport
		 * @return this
		 */
		public Builder transport(Transport transport) {
			this.transport = transport;
			return this;
		}

		/**
		 * Sets how long to wait for what a test expects.
		 * @param timeout the time
		 * @return this
		 */
		public Builder timeout(Duration timeout) {
			Assert.isTrue(!timeout.isNegative() && !timeout.isZero(), () -> "Must be positive: " + timeout);
			this.timeout = timeout;
			return this;
		}

		/**
		 * Adds a header field to each handshake.
		 * @param name its name
		 * @param values its values
		 * @return this
		 */
		public Builder defaultHeader(String name, String... values) {
			this.defaultHeaders.addAll(name, List.of(values));
			return this;
		}

		/**
		 * Changes the header fields of each handshake.
		 * @param headers gets them
		 * @return this
		 */
		public Builder defaultHeaders(Consumer<HttpHeaders> headers) {
			headers.accept(this.defaultHeaders);
			return this;
		}

		/**
		 * Configures the client below, for TLS, compression or limits, which then has
		 * connections of its own.
		 * @param customizer gets a builder for each transport
		 * @return this
		 */
		public Builder client(Consumer<Http2WebSocketClient.Builder> customizer) {
			this.clientCustomizer = this.clientCustomizer.andThen(customizer);
			this.connections = null;
			return this;
		}

		/**
		 * Builds a client.
		 * @return the client
		 */
		public WebSocketTestClient build() {
			return new WebSocketTestClient(this);
		}

	}

}
