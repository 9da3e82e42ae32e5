package io.github.websockethttp2.testsupport;

import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;

/**
 * An application on a random port, started for a test.
 */
public final class TestServer implements AutoCloseable {

	/** A property that leaves Boot's auto-configuration of Spring Security on. */
	public static final String WITH_SECURITY = "test.security=true";

	private static final String SECURITY = "org.springframework.boot.security.autoconfigure.";

	private final ReactiveWebServerApplicationContext context;

	private final Transport transport;

	private TestServer(ReactiveWebServerApplicationContext context, Transport transport) {
		this.context = context;
		this.transport = transport;
	}

	/**
	 * Starts an application with everything that Boot configures by itself, apart from
	 * Spring Security unless {@link #WITH_SECURITY} is among the properties.
	 * @param transport how it is going to be talked to, which decides on TLS
	 * @param configuration beans of the application
	 * @param properties properties such as {@code a.b=c}
	 * @return the running application
	 */
	public static TestServer start(Transport transport, Class<?> configuration, String... properties) {
		List<String> all = new ArrayList<>(
				List.of("server.port=0", "spring.main.banner-mode=off", "spring.main.web-application-type=reactive",
						"spring.reactor.netty.shutdown-quiet-period=0s", "websocket.http2.shutdown.spread=0s"));
		if (transport.isTls()) {
			all.addAll(List.of(TestTls.properties()));
		}
		all.addAll(List.of(properties));
		if (!all.contains(WITH_SECURITY)) {
			all.add("spring.autoconfigure.exclude=" + SECURITY + "web.reactive.ReactiveWebSecurityAutoConfiguration,"
					+ SECURITY + "actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration");
		}
		return new TestServer(
				(ReactiveWebServerApplicationContext) new SpringApplicationBuilder(Application.class, configuration)
					.properties(all.toArray(String[]::new))
					.run(),
				transport);
	}

	public int port() {
		return this.context.getWebServer().getPort();
	}

	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	public ReactiveWebServerApplicationContext context() {
		return this.context;
	}

	/**
	 * Opens a connection by the server's transport.
	 * @return the connection
	 */
	public WebSocketConnection connect() {
		return this.transport.connect(port());
	}

	public Http2Client http2() {
		return (this.transport.isTls()) ? Http2Client.connectTls(port()) : Http2Client.connect(port());
	}

	@Override
	public void close() {
		this.context.close();
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
