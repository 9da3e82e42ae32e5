package io.github.websockethttp2.testsupport;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One application for all tests of a class, once in cleartext and once over TLS. Each is
 * started when a test first needs it, and closed after the last test. A static field with
 * {@link org.junit.jupiter.api.extension.RegisterExtension}.
 */
public final class TestServers implements AfterAllCallback {

	private final Class<?> configuration;

	private final String[] properties;

	/**
	 * Kept, as the leak detector takes buffers for lost that go with an event loop of
	 * theirs.
	 */
	private final List<TestServer> stopped = new ArrayList<>();

	private TestServer cleartext;

	private TestServer tls;

	/**
	 * Describe the application.
	 * @param configuration beans of the application
	 * @param properties properties such as {@code a.b=c}
	 */
	public TestServers(Class<?> configuration, String... properties) {
		this.configuration = configuration;
		List<String> all = new ArrayList<>(List.of("server.shutdown=immediate"));
		all.addAll(List.of(properties));
		this.properties = all.toArray(String[]::new);
	}

	/**
	 * Returns the application that is talked to by a transport.
	 * @param transport the transport
	 * @return the running application
	 */
	public TestServer server(Transport transport) {
		if (transport.isTls()) {
			this.tls = (this.tls != null) ? this.tls : start(transport);
			return this.tls;
		}
		this.cleartext = (this.cleartext != null) ? this.cleartext : start(transport);
		return this.cleartext;
	}

	/**
	 * Opens a connection.
	 * @param transport the transport
	 * @return the connection
	 */
	public WebSocketConnection connect(Transport transport) {
		return transport.connect(server(transport).port());
	}

	/**
	 * Opens an HTTP/2 connection.
	 * @param transport the transport
	 * @return the connection
	 */
	public Http2Client http2(Transport transport) {
		return server(transport).http2();
	}

	/**
	 * Starts to describe an HTTP/2 connection.
	 * @param transport the transport
	 * @return the builder
	 */
	public Http2Client.Builder http2Builder(Transport transport) {
		return server(transport).http2Builder();
	}

	/**
	 * Waits until there is no session on the applications that have been started.
	 */
	public void awaitNoSessions() {
		Stream.of(this.cleartext, this.tls).filter(Objects::nonNull).forEach(TestServer::awaitNoSessions);
	}

	@Override
	public void afterAll(ExtensionContext context) {
		stop(this.cleartext);
		stop(this.tls);
		// Tests that are run again start new ones
		this.cleartext = null;
		this.tls = null;
	}

	private void stop(TestServer server) {
		if (server != null) {
			server.close();
			this.stopped.add(server);
		}
	}

	private TestServer start(Transport transport) {
		return TestServer.start(transport, this.configuration, this.properties);
	}

}
