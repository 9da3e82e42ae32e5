package io.github.websockethttp2.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.github.websockethttp2.handshake.ObservedHandshakes;
import io.github.websockethttp2.handshake.OriginPolicy;
import io.github.websockethttp2.server.GuardedUpgradeStrategy;
import io.github.websockethttp2.server.InvalidWebSocketMappingException;
import io.github.websockethttp2.server.SessionDraining;
import io.github.websockethttp2.server.StreamUpgrade;
import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.server.WebSocketMappingHandlerMapping;
import io.github.websockethttp2.server.WebSocketUpgradePostProcessor;
import io.github.websockethttp2.server.WebSocketUpgradeStrategy;
import io.github.websockethttp2.server.http2.Http2ServerCustomizer;
import io.github.websockethttp2.server.http2.Http2ServerPostProcessor;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServer;

import org.springframework.asm.ClassWriter;
import org.springframework.asm.Opcodes;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.reactive.ReactiveWebServerFactory;
import org.springframework.boot.web.server.reactive.context.AnnotationConfigReactiveWebServerApplicationContext;
import org.springframework.boot.web.server.servlet.ServletWebServerFactory;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.server.RequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.support.WebSocketHandlerAdapter;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WebSocketHttp2ServerAutoConfiguration} and
 * {@link WebSocketHttp2StatusAutoConfiguration}.
 */
@ExtendWith(OutputCaptureExtension.class)
class WebSocketHttp2ServerAutoConfigurationTests {

	private static final String OFF = "WebSocket over HTTP/2 is off: ";

	private static final String ON = "WebSocket over HTTP/2 is on: ";

	private static final AutoConfigurations AUTO_CONFIGURATIONS = AutoConfigurations.of(
			NettyReactiveWebServerAutoConfiguration.class, HttpHandlerAutoConfiguration.class,
			WebFluxAutoConfiguration.class, WebSocketHttp2ServerAutoConfiguration.class,
			WebSocketHttp2StatusAutoConfiguration.class);

	private final ReactiveWebApplicationContextRunner contextRunner = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATIONS);

	private final ReactiveWebApplicationContextRunner serverRunner = new ReactiveWebApplicationContextRunner(
			AnnotationConfigReactiveWebServerApplicationContext::new)
		.withConfiguration(AUTO_CONFIGURATIONS)
		.withPropertyValues("server.port=0", "spring.reactor.netty.shutdown-quiet-period=0s");

	@Test
	void whenNothingIsSetThenAutoConfigurationIsApplied() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasSingleBean(Http2ServerPostProcessor.class)
				.hasSingleBean(WebSocketUpgradePostProcessor.class)
				.hasSingleBean(StreamUpgrade.class)
				.hasSingleBean(HttpHandlerDecoratorFactory.class)
				.hasSingleBean(WebSocketMappingHandlerMapping.class)
				.hasSingleBean(WebSocketHttp2Properties.class);
			assertThat(context.getBean(HttpHandlerDecoratorFactory.class).apply((request, response) -> Mono.empty()))
				.isInstanceOf(ObservedHandshakes.class);
			assertThat(upgradeStrategyOf(context.getBean(WebSocketHandlerAdapter.class)))
				.isInstanceOf(WebSocketUpgradeStrategy.class);
		});
	}

	@Test
	void whenNothingIsSetThenServerSpeaksHttp2() {
		this.contextRunner
			.run((context) -> assertThat(context.getBean(ServerProperties.class).getHttp2().isEnabled()).isTrue());
	}

	@Test
	void whenNothingIsSetThenOtherCustomizersAreAppliedByOurs() {
		this.contextRunner
			.run((context) -> assertThat(context.getBean(NettyReactiveWebServerFactory.class).getServerCustomizers())
				.singleElement()
				.isInstanceOf(Http2ServerCustomizer.class));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "websocket.http2.enabled=true", "server.http2.enabled=true", "WEBSOCKET_HTTP2_ENABLED=true" })
	void whenEnabledPropertySetTrueThenAutoConfigurationIsApplied(String property) {
		this.contextRunner.withPropertyValues(property)
			.run((context) -> assertThat(context).hasSingleBean(Http2ServerPostProcessor.class));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "websocket.http2.enabled=false", "server.http2.enabled=false", "WebSocket.HTTP2.Enabled=off" })
	void whenEnabledPropertySetFalseThenAllButHttp2IsThere(String property) {
		this.contextRunner.withSystemProperties(property).run((context) -> {
			assertThat(context).hasSingleBean(WebSocketMappingHandlerMapping.class)
				.hasSingleBean(OriginPolicy.class)
				.hasSingleBean(WebSocketSessions.class)
				.hasSingleBean(SessionDraining.class);
			assertThat(upgradeStrategyOf(context.getBean(WebSocketHandlerAdapter.class)))
				.isInstanceOf(WebSocketUpgradeStrategy.class);
			assertThat(context.getBean(ServerProperties.class).getHttp2().isEnabled()).isFalse();
		});
	}

	@Test
	void whenServerHttp2PropertySetFalseAndEnabledPropertySetTrueThenServerSpeaksNoHttp2() {
		this.contextRunner.withPropertyValues("server.http2.enabled=false", "websocket.http2.enabled=true")
			.run((context) -> assertThat(context.getBean(ServerProperties.class).getHttp2().isEnabled()).isFalse());
	}

	@Test
	void whenEnabledPropertySetFalseThenServerHttp2PropertyIsLeftAlone() {
		this.contextRunner.withPropertyValues("websocket.http2.enabled=false", "server.http2.enabled=true")
			.run((context) -> assertThat(context.getBean(ServerProperties.class).getHttp2().isEnabled()).isTrue());
	}

	@Test
	void whenEnabledPropertySetFalseThenOtherPropertiesStillCount() {
		this.contextRunner.withPropertyValues("websocket.http2.enabled=false", "websocket.http2.max-sessions=-1")
			.run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void whenWebServerIsNotReactorNettyThenMapsAndGuardsOnly() {
		this.contextRunner.withUserConfiguration(OtherServerConfiguration.class, HandlerConfiguration.class)
			.run((context) -> assertThat(context).hasSingleBean(WebSocketMappingHandlerMapping.class)
				.hasSingleBean(OriginPolicy.class)
				.doesNotHaveBean(WebSocketSessions.class)
				.doesNotHaveBean(Http2ServerPostProcessor.class)
				.getBean(WebSocketHandlerAdapter.class)
				.extracting(WebSocketHttp2ServerAutoConfigurationTests::upgradeStrategyOf)
				.isInstanceOf(GuardedUpgradeStrategy.class));
	}

	@Test
	void whenWebServerIsNotReactorNettyThenSaysWhatIsMissing(CapturedOutput output) {
		this.contextRunner.withUserConfiguration(OtherServerConfiguration.class, HandlerConfiguration.class)
			.run((context) -> assertThat(lines(output)).singleElement()
				.asString()
				.contains("INFO", OFF + "the web server is not Reactor Netty. ", "limits, budgets, heartbeat"));
	}

	@Test
	void whenTypeOfWebServerIsNotDeclaredThenServerSpeaksHttp2(CapturedOutput output) {
		this.serverRunner.withUserConfiguration(UndeclaredServerConfiguration.class).run((context) -> {
			assertThat(context.getBean(ServerProperties.class).getHttp2().isEnabled()).isTrue();
			assertThat(lines(output)).singleElement().asString().contains(ON);
		});
	}

	@Test
	void whenUndeclaredWebServerIsNotReactorNettyThenItsHttp2IsLeftAlone(CapturedOutput output) {
		this.contextRunner.withUserConfiguration(UndeclaredOtherServerConfiguration.class, HandlerConfiguration.class)
			.run((context) -> {
				assertThat(context.getBean(ServerProperties.class).getHttp2().isEnabled()).isFalse();
				assertThat(lines(output)).singleElement()
					.asString()
					.contains(OFF + "the web server is not Reactor Netty");
			});
	}

	@Test
	void whenUserHasFactoryOfReactorNettyThenAutoConfigurationIsApplied() {
		this.contextRunner.withUserConfiguration(OwnFactoryConfiguration.class).run((context) -> {
			assertThat(context).hasSingleBean(NettyReactiveWebServerFactory.class);
			assertThat(context.getBean(NettyReactiveWebServerFactory.class).getServerCustomizers()).singleElement()
				.isInstanceOf(Http2ServerCustomizer.class);
		});
	}

	@Test
	void whenHttpServerClassIsMissingThenMapsAndGuardsOnly() {
		this.contextRunner.withClassLoader(new FilteredClassLoader(HttpServer.class))
			.run((context) -> assertThat(context).hasSingleBean(WebSocketMappingHandlerMapping.class)
				.doesNotHaveBean(Http2ServerPostProcessor.class));
	}

	@Test
	void whenWebSocketHandlerClassIsMissingThenAutoConfigurationIsSkipped(CapturedOutput output) {
		new ReactiveWebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WebSocketHttp2ServerAutoConfiguration.class,
					WebSocketHttp2StatusAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader(WebSocketHandler.class))
			.run(isAbsent(output));
	}

	@Test
	void whenWebApplicationIsServletThenAutoConfigurationIsSkipped(CapturedOutput output) {
		new WebApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS).run(isAbsent(output));
	}

	@Test
	void whenApplicationIsNotWebThenAutoConfigurationIsSkipped(CapturedOutput output) {
		new ApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS).run(isAbsent(output));
	}

	@Test
	void whenServletApplicationHasHandlerThenSaysWhyItIsOff(CapturedOutput output) {
		new WebApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.withUserConfiguration(HandlerConfiguration.class, ServletServerConfiguration.class)
			.run(isAbsent(output, "this is a servlet application"));
	}

	@Test
	void whenApplicationIsNotWebAndHasHandlerThenSaysWhyItIsOff(CapturedOutput output) {
		new ApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.withUserConfiguration(HandlerConfiguration.class)
			.run(isAbsent(output, "there is no web server"));
	}

	@Test
	void whenBootIsOfVersion3ThenSaysWhyItIsOff(CapturedOutput output) {
		new ApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.withUserConfiguration(HandlerConfiguration.class)
			.withClassLoader(new Boot3ClassLoader())
			.run(isAbsent(output, "it needs Spring Boot 4"));
	}

	@Test
	void whenAutoConfigurationIsExcludedThenSaysSo(CapturedOutput output) {
		new ReactiveWebApplicationContextRunner()
			.withUserConfiguration(EverythingConfiguration.class, HandlerConfiguration.class)
			.withPropertyValues("spring.autoconfigure.exclude=" + WebSocketHttp2ServerAutoConfiguration.class.getName()
					+ "," + WebSocketHttp2ClientAutoConfiguration.class.getName())
			.run(isAbsent(output, "its auto-configuration is excluded"));
	}

	@Test
	void whenBeansAreLazyThenSaysWhyItIsOff(CapturedOutput output) {
		this.contextRunner.withUserConfiguration(OtherServerConfiguration.class, HandlerConfiguration.class)
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(lines(output)).hasSize(1));
	}

	@Test
	void whenUserHasMappingThenOursBacksOff() {
		this.contextRunner.withUserConfiguration(OwnMappingConfiguration.class)
			.run((context) -> assertThat(context).hasSingleBean(WebSocketMappingHandlerMapping.class)
				.hasBean("ownMapping"));
	}

	@Test
	void whenServerStartsThenSaysThatItIsOnInOneLine(CapturedOutput output) {
		this.serverRunner.run((context) -> assertThat(lines(output)).singleElement()
			.asString()
			.contains("INFO")
			.containsPattern(ON + "port \\d+, cleartext \\(browsers need TLS for HTTP/2: set server.ssl.\\*\\), "
					+ "128 streams a connection, 0 WebSocket handlers$"));
	}

	@Test
	void whenServerStartsThenNoBeanEscapesPostProcessing(CapturedOutput output) {
		this.serverRunner.run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(output.toString()).doesNotContain("is not eligible for getting processed");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "websocket.http2.enabled", "server.http2.enabled" })
	void whenServerStartsWithoutThenSaysWhyAndWhatGoesOn(String property, CapturedOutput output) {
		this.serverRunner.withUserConfiguration(HandlerConfiguration.class)
			.withPropertyValues(property + "=false")
			.run((context) -> assertThat(lines(output)).singleElement()
				.asString()
				.contains("INFO")
				.containsPattern(OFF + property + " is false. Port \\d+ serves 1 WebSocket handler over HTTP/1.1$"));
	}

	@Test
	void whenTwoHandlersHaveOnePatternThenFailureNamesBoth() {
		this.contextRunner.withUserConfiguration(ClashConfiguration.class)
			.run((context) -> assertThat(analyze(context.getStartupFailure())).satisfies((analysis) -> {
				assertThat(analysis.getDescription()).contains("'first'", "'second'", "/rooms/{room}").endsWith(".");
				assertThat(analysis.getAction()).contains("another path pattern").endsWith(".");
			}));
	}

	@Test
	void whenMappingHasNoPathThenFailureNamesTheBean() {
		this.contextRunner.withUserConfiguration(NoPathConfiguration.class)
			.run((context) -> assertThat(analyze(context.getStartupFailure())).satisfies((analysis) -> {
				assertThat(analysis.getDescription()).contains("'pathless'", "@WebSocketMapping without a path");
				assertThat(analysis.getAction()).contains("@WebSocketMapping(\"/rooms/{room}\")");
			}));
	}

	@Test
	void whenPatternIsInvalidThenFailureNamesTheBean() {
		this.contextRunner.withUserConfiguration(InvalidPatternConfiguration.class)
			.run((context) -> assertThat(analyze(context.getStartupFailure())).satisfies((analysis) -> {
				assertThat(analysis.getDescription()).contains("'invalid'", "/rooms/{room");
				assertThat(analysis.getAction()).contains("path pattern");
			}));
	}

	@ParameterizedTest
	@ValueSource(strings = { "annotatedMethod", "annotatedClass" })
	void whenMappedBeanIsNoHandlerThenFailureNamesIt(String name) {
		this.contextRunner.withUserConfiguration(NoHandlerConfiguration.class)
			.withPropertyValues("test.bean=" + name)
			.run((context) -> assertThat(analyze(context.getStartupFailure())).satisfies((analysis) -> {
				assertThat(analysis.getDescription()).contains("Bean '" + name + "'", "is no WebSocketHandler");
				assertThat(analysis.getAction()).contains("implement WebSocketHandler").endsWith(".");
			}));
	}

	@Test
	void whenMappingIsInvalidThenStartUpSaysSo(CapturedOutput output) {
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> TestServer.start(Transport.H2C, ClashConfiguration.class));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.containsPattern(
					"Description:\\s+Bean 'first' has @WebSocketMapping\\(\"/rooms/\\{room}\"\\) and bean 'second'");
	}

	private static FailureAnalysis analyze(Throwable failure) {
		assertThat(failure).isNotNull().hasRootCauseInstanceOf(InvalidWebSocketMappingException.class);
		return new InvalidWebSocketMappingFailureAnalyzer().analyze(failure);
	}

	private static <C extends ConfigurableApplicationContext> ContextConsumer<C> isAbsent(CapturedOutput output,
			String... reasons) {
		return (context) -> {
			assertThat(beansOfOurs(context)).isEmpty();
			assertThat(lines(output)).hasSize(reasons.length)
				.allSatisfy((line) -> assertThat(line).contains("INFO").contains(OFF).contains(reasons));
			ServerProperties serverProperties = context.getBeanProvider(ServerProperties.class).getIfAvailable();
			assertThat(serverProperties == null || !serverProperties.getHttp2().isEnabled()).isTrue();
			context.getBeanProvider(WebSocketHandlerAdapter.class)
				.forEach((adapter) -> assertThat(upgradeStrategyOf(adapter))
					.hasSameClassAs(new ReactorNettyRequestUpgradeStrategy()));
			context.getBeanProvider(NettyReactiveWebServerFactory.class)
				.forEach((factory) -> assertThat(factory.getServerCustomizers())
					.noneMatch(Http2ServerCustomizer.class::isInstance));
		};
	}

	/**
	 * Beans of the starter, but for the one that says why it stays out.
	 */
	private static List<String> beansOfOurs(ConfigurableApplicationContext context) {
		ConfigurableListableBeanFactory beanFactory = context.getBeanFactory();
		String tests = WebSocketHttp2ServerAutoConfigurationTests.class.getName();
		return Stream.of(beanFactory.getBeanDefinitionNames()).filter((name) -> {
			Class<?> type = beanFactory.getType(name, false);
			BeanDefinition definition = beanFactory.getMergedBeanDefinition(name);
			return Stream
				.of((type != null) ? type.getName() : null, definition.getBeanClassName(),
						definition.getFactoryBeanName())
				.filter(Objects::nonNull)
				.anyMatch(
						(className) -> className.startsWith("io.github.websockethttp2.") && !className.startsWith(tests)
								&& !className.equals(WebSocketHttp2StatusAutoConfiguration.class.getName())
								&& !name.equals("webSocketHttp2StatusLogger"));
		}).toList();
	}

	private static List<String> lines(CapturedOutput output) {
		return output.toString().lines().filter((line) -> line.contains("WebSocket over HTTP/2")).toList();
	}

	private static RequestUpgradeStrategy upgradeStrategyOf(WebSocketHandlerAdapter adapter) {
		return ((HandshakeWebSocketService) adapter.getWebSocketService()).getUpgradeStrategy();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class EverythingConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherServerConfiguration {

		@Bean
		OtherServerFactory otherServerFactory() {
			return new OtherServerFactory();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UndeclaredServerConfiguration {

		@Bean
		ReactiveWebServerFactory undeclaredFactory() {
			return new NettyReactiveWebServerFactory();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UndeclaredOtherServerConfiguration {

		@Bean
		ReactiveWebServerFactory undeclaredFactory() {
			return new OtherServerFactory();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ServletServerConfiguration {

		@Bean
		ServletWebServerFactory servletServerFactory() {
			return (initializers) -> {
				throw new IllegalStateException("Not to be started");
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HandlerConfiguration {

		@Bean
		@WebSocketMapping("/echo")
		WebSocketHandler echo() {
			return (session) -> session.send(session.receive());
		}

	}

	/**
	 * Has the factory of Spring Boot 3, and not that of Spring Boot 4.
	 */
	static class Boot3ClassLoader extends FilteredClassLoader {

		private static final String FACTORY = "org.springframework.boot.web.embedded.netty.NettyReactiveWebServerFactory";

		Boot3ClassLoader() {
			super(NettyReactiveWebServerFactory.class);
			ClassWriter writer = new ClassWriter(0);
			writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, FACTORY.replace('.', '/'), null, "java/lang/Object", null);
			byte[] bytes = writer.toByteArray();
			defineClass(FACTORY, bytes, 0, bytes.length);
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			return (name.equals(FACTORY)) ? findLoadedClass(name) : super.loadClass(name, resolve);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnFactoryConfiguration {

		@Bean
		NettyReactiveWebServerFactory ownFactory() {
			return new NettyReactiveWebServerFactory();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnMappingConfiguration {

		@Bean
		WebSocketMappingHandlerMapping ownMapping() {
			return new WebSocketMappingHandlerMapping();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ClashConfiguration {

		@Bean
		@WebSocketMapping({ "/a", "/rooms/{room}" })
		WebSocketHandler first() {
			return (session) -> Mono.empty();
		}

		@Bean
		@WebSocketMapping({ "/b", "/rooms/{room}" })
		WebSocketHandler second() {
			return (session) -> Mono.empty();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NoPathConfiguration {

		@Bean
		@WebSocketMapping
		WebSocketHandler pathless() {
			return (session) -> Mono.empty();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class InvalidPatternConfiguration {

		@Bean
		@WebSocketMapping("/rooms/{room")
		WebSocketHandler invalid() {
			return (session) -> Mono.empty();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NoHandlerConfiguration {

		@Bean
		@WebSocketMapping("/a")
		@ConditionalOnProperty(name = "test.bean", havingValue = "annotatedMethod")
		Runnable annotatedMethod() {
			return () -> {
			};
		}

		@Bean
		@ConditionalOnProperty(name = "test.bean", havingValue = "annotatedClass")
		NoHandler annotatedClass() {
			return new NoHandler();
		}

	}

	@WebSocketMapping("/a")
	static class NoHandler {

	}

}
