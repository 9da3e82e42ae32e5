package io.github.websockethttp2.testsupport;

import java.util.ArrayList;
import java.util.List;

import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.SessionRegistry;
import org.awaitility.Awaitility;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;

/**
 * An application on a random port, started for a test.
 */
public final class TestServer implements AutoCloseable {

	/** A property that leaves Boot's auto-configuration of Spring Security on. */
	public static final String WITH_SECURITY = "test.security=true";

	/** A property that leaves out all that the starter configures by itself. */
	public static final String WITHOUT_STARTER = "test.starter=false";

	private static final String SECURITY = "org.springframework.boot.security.autoconfigure.";

	private final ReactiveWebServerApplicationContext context;

	private final Transport transport;

	private TestServer(ReactiveWebServerApplicationContext context, Transport transport) {
		this.context = context;
		this.transport = transport;
	}

	/**
	 * Starts an application with everything that Boot configures by itself, apart from
	 * Spring Security unless {@link #WITH_SECURITY} is among the properties, and from the
	 * starter if {@link #WITHOUT_STARTER} is.
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
		List<String> excluded = new ArrayList<>();
		if (!all.contains(WITH_SECURITY)) {
			excluded.add(SECURITY + "web.reactive.ReactiveWebSecurityAutoConfiguration");
			excluded.add(SECURITY + "actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration");
		}
		if (all.contains(WITHOUT_STARTER)) {
			ImportCandidates.load(AutoConfiguration.class, TestServer.class.getClassLoader())
				.getCandidates()
				.stream()
				.filter((name) -> name.startsWith("io.github.websockethttp2."))
				.forEach(excluded::add);
		}
		if (!excluded.isEmpty()) {
			all.add("spring.autoconfigure.exclude=" + String.join(",", excluded));
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
		return http2Builder().connect();
	}

	/**
	 * Starts to describe a connection over HTTP/2.
	 * @return the builder
	 */
	public Http2Client.Builder http2Builder() {
		Http2Client.Builder builder = Http2Client.builder(port());
		return (this.transport.isTls()) ? builder.tls() : builder;
	}

	/**
	 * Waits until so many sessions are open.
	 * @param count the number of sessions
	 * @return one of them
	 */
	public LiveSession awaitSessions(int count) {
		SessionRegistry sessions = bean(SessionRegistry.class);
		Awaitility.await().until(() -> sessions.getCount() == count);
		return sessions.getAll().iterator().next();
	}

	/**
	 * Waits until there is no session and no place is taken.
	 */
	public void awaitNoSessions() {
		SessionRegistry sessions = bean(SessionRegistry.class);
		Awaitility.await().until(() -> sessions.getCount() == 0 && sessions.getBudget().getUsed() == 0);
	}

	/**
	 * Stops the application. Boot 4.1.1 may wait for ever, in
	 * {@code GracefulShutdown.abort()}, which asks twice for a thread that may be gone in
	 * between.
	 */
	@Override
	public void close() {
		Waiting.run("stopping the application", this.context::close);
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
