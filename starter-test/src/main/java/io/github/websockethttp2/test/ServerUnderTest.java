package io.github.websockethttp2.test;

import java.net.URI;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.test.http.server.LocalTestWebServer;
import org.springframework.boot.test.http.server.LocalTestWebServer.Scheme;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.util.Assert;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Where the server of the application listens, for each transport.
 */
final class ServerUnderTest {

	/** Those that switch off WebSocket over HTTP/2. */
	private static final String[] SWITCHES = { "websocket.http2.enabled", "server.http2.enabled" };

	private final @Nullable LocalTestWebServer own;

	private final Environment environment;

	private final @Nullable SecondListener second;

	/**
	 * Create the server.
	 * @param context the application under test
	 * @param second what listens for the transports that the application's own port has
	 * not, or {@code null} if the server is not Reactor Netty
	 */
	ServerUnderTest(ApplicationContext context, @Nullable SecondListener second) {
		this.own = LocalTestWebServer.get(context);
		this.environment = context.getEnvironment();
		this.second = second;
	}

	/**
	 * Returns why the application does without a transport.
	 * @param transport the transport
	 * @return the reason, or {@code null} if it does not
	 */
	@Nullable String whyNot(Transport transport) {
		if (transport == Transport.HTTP_1_1 || this.own == null) {
			return null;
		}
		if (this.second == null) {
			return "the web server is not Reactor Netty";
		}
		return switchedOffBy(this.environment);
	}

	/**
	 * Returns what switches off WebSocket over HTTP/2.
	 * @param environment the environment of the application
	 * @return the reason, or {@code null} if nothing does
	 */
	static @Nullable String switchedOffBy(Environment environment) {
		for (String property : SWITCHES) {
			if (Boolean.FALSE.equals(environment.getProperty(property, Boolean.class))) {
				return property + " is false";
			}
		}
		return null;
	}

	/**
	 * Returns what the application's own port is best at.
	 */
	Transport preferred() {
		Transport http2 = (own().scheme() == Scheme.HTTPS) ? Transport.H2 : Transport.H2C;
		return (whyNot(http2) == null) ? http2 : Transport.HTTP_1_1;
	}

	/**
	 * Returns a URL of the application.
	 * @param transport the transport to reach it over
	 * @param uriTemplate its path
	 * @param uriVariables the variables of the path
	 * @return the URL
	 */
	URI url(Transport transport, String uriTemplate, Object... uriVariables) {
		String whyNot = whyNot(transport);
		Assert.state(whyNot == null, () -> "No WebSockets over " + transport + ": " + whyNot);
		URI url = listener(transport).uriBuilderFactory().expand(uriTemplate, uriVariables);
		String scheme = (url.getScheme().equals("https")) ? "wss" : "ws";
		return UriComponentsBuilder.fromUri(url).scheme(scheme).build(true).toUri();
	}

	private LocalTestWebServer listener(Transport transport) {
		LocalTestWebServer own = own();
		Scheme scheme = (transport == Transport.H2) ? Scheme.HTTPS : Scheme.HTTP;
		if (transport == Transport.HTTP_1_1 || scheme == own.scheme() || this.second == null) {
			return own;
		}
		return LocalTestWebServer.of(scheme, this.second.port(), URI.create(own.uri()).getPath());
	}

	private LocalTestWebServer own() {
		LocalTestWebServer own = this.own;
		if (own == null) {
			throw new IllegalStateException("A WebSocketTestClient needs a server that runs: "
					+ "@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT) or DEFINED_PORT, not MOCK or NONE");
		}
		return own;
	}

}
