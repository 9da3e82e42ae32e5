package io.github.websockethttp2.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.MergedAnnotations;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The starter stays out where libraries that it needs are really absent, not just hidden
 * from the application context: its classes refer to theirs.
 */
class WithoutLibrariesTests {

	@Test
	void whenReactorNettyIsAbsentThenHandlersAreMappedAndGuardedOnly() throws Exception {
		assertThat(runWithout(Reactive.class, "reactor-netty-", "spring-boot-reactor-netty-", "netty-"))
			.contains("webSocketMappingHandlerMapping", "webSocketOriginPolicy")
			.doesNotContain("webSocketStreamUpgrade", "webSocketClientBuilder", "webSocketTopics");
	}

	@Test
	void whenBootModuleOfReactorNettyIsAbsentThenHandlersAreMappedAndGuardedOnly() throws Exception {
		assertThat(runWithout(Reactive.class, "spring-boot-reactor-netty-"))
			.contains("webSocketMappingHandlerMapping", "webSocketOriginPolicy", "webSocketClientBuilder",
					"webSocketTopics")
			.doesNotContain("webSocketStreamUpgrade");
	}

	@Test
	void whenHttpClientsOfBootAreAbsentThenThereAreClientsOfOurs() throws Exception {
		assertThat(runWithout(NotWeb.class, "spring-boot-http-client")).contains("webSocketClientBuilder")
			.doesNotContain("webSocketHttpClientDefaults");
	}

	@Test
	void whenReactiveWebIsAbsentThenAutoConfigurationIsSkipped() throws Exception {
		assertThat(runWithout(NotWeb.class, "spring-web", "spring-boot-web", "spring-boot-security", "spring-security-",
				"spring-boot-http-", "spring-boot-graphql", "spring-graphql", "reactor-", "spring-boot-reactor",
				"netty-"))
			.contains("did not find");
	}

	@Test
	void whenSpringSecurityAndMicrometerAreAbsentThenAutoConfigurationIsApplied() throws Exception {
		assertThat(runWithout(OnReactorNetty.class, "spring-security-", "spring-boot-security", "micrometer-core-",
				"spring-boot-micrometer-metrics", "spring-boot-starter-actuator", "spring-boot-actuator"))
			.contains("webSocketStreamUpgrade")
			.doesNotContain("webSocketLogout", "OAuth2", "Meters", "Endpoint");
	}

	private static String runWithout(Class<? extends Callable<String>> application, String... libraries)
			throws Exception {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		try (URLClassLoader classLoader = new URLClassLoader(classPathWithout(libraries),
				ClassLoader.getPlatformClassLoader())) {
			thread.setContextClassLoader(classLoader);
			Callable<?> isolated = (Callable<?>) classLoader.loadClass(application.getName())
				.getDeclaredConstructor()
				.newInstance();
			return (String) isolated.call();
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	private static URL[] classPathWithout(String... libraries) {
		return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.map(Path::of)
			.filter((path) -> {
				String name = path.getFileName().toString();
				return Stream.of(libraries).noneMatch((library) -> name.endsWith(".jar") && name.startsWith(library));
			})
			.map(WithoutLibrariesTests::url)
			.toArray(URL[]::new);
	}

	private static URL url(Path path) {
		try {
			return path.toUri().toURL();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns why the starter stays out.
	 */
	static String run(AbstractApplicationContextRunner<?, ? extends ConfigurableApplicationContext, ?> runner) {
		for (Class<?> configuration : Application.class.getAnnotation(ImportAutoConfiguration.class).value()) {
			// Spring warns of what it cannot read, and takes it for absent
			assertThat(MergedAnnotations.from(configuration).isPresent(AutoConfiguration.class))
				.as(configuration.getName())
				.isTrue();
		}
		String[] reason = new String[1];
		runner.withUserConfiguration(Application.class)
			.withPropertyValues("management.endpoints.web.exposure.include=websockets")
			.run((provider) -> {
				ConfigurableApplicationContext context = (ConfigurableApplicationContext) provider;
				List<String> ours = Stream.of(context.getBeanDefinitionNames())
					.filter((name) -> name.startsWith("io.github.websockethttp2.") || name.startsWith("webSocket"))
					.filter((name) -> !name.contains("Status") && !name.contains("WithoutLibraries"))
					.toList();
				reason[0] = (!ours.isEmpty()) ? "There are " + ours
						: ConditionEvaluationReport.get(context.getBeanFactory())
							.getConditionAndOutcomesBySource()
							.get("io.github.websockethttp2.autoconfigure.WebSocketHttp2ServerAutoConfiguration")
							.stream()
							.filter((outcome) -> !outcome.getOutcome().isMatch())
							.map((outcome) -> outcome.getOutcome().getMessage())
							.findFirst()
							.orElse("Nothing speaks against it");
			});
		return reason[0];
	}

	/**
	 * A reactive web application.
	 */
	public static final class Reactive implements Callable<String> {

		@Override
		public String call() {
			return run(new ReactiveWebApplicationContextRunner());
		}

	}

	/**
	 * A reactive web application on Reactor Netty.
	 */
	public static final class OnReactorNetty implements Callable<String> {

		@Override
		public String call() {
			return run(new ReactiveWebApplicationContextRunner().withUserConfiguration(Server.class));
		}

	}

	/**
	 * An application that is not for the web.
	 */
	public static final class NotWeb implements Callable<String> {

		@Override
		public String call() {
			return run(new ApplicationContextRunner());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ WebSocketHttp2ClientAutoConfiguration.class, WebSocketHttp2ServerAutoConfiguration.class,
			WebSocketHttp2MetricsAutoConfiguration.class, WebSocketHttp2SecurityAutoConfiguration.class,
			WebSocketHttp2StatusAutoConfiguration.class, WebSocketHttp2TopicsAutoConfiguration.class,
			WebSocketHttp2EndpointAutoConfiguration.class })
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(NettyReactiveWebServerAutoConfiguration.class)
	static class Server {

	}

}
