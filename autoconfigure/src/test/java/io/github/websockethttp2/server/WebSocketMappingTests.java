package io.github.websockethttp2.server;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.invoke.MethodHandles;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.testsupport.Http1Client;
import io.github.websockethttp2.testsupport.Http1Response;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.annotation.AnnotationDescription;
import net.bytebuddy.dynamic.loading.ClassLoadingStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.aop.support.AopUtils;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.annotation.AliasFor;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WebSocketMapping} and {@link WebSocketMappingHandlerMapping}.
 */
class WebSocketMappingTests {

	@RegisterExtension
	static final TestServers servers = new TestServers(Handlers.class);

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			on class           | /class                  | class {}
			on method          | /method                 | method {}
			several paths      | /several                | several {}
			several paths      | /more                   | several {}
			variable           | /rooms/blue             | rooms {room=blue}
			encoded variable   | /rooms/light%20blue     | rooms {room=light blue}
			two variables      | /rooms/blue/users/7     | users {room=blue, user=7}
			one segment        | /one/a                  | one {}
			any segments       | /any                    | any {}
			any segments       | /any/a/b/c              | any {}
			rest of the path   | /rest/a/b               | rest {path=/a/b}
			regular expression | /numbers/42             | numbers {x=42}
			most specific      | /rooms/lobby            | lobby {}
			composed           | /composed               | composed {}
			no leading slash   | /no-slash               | no-slash {}
			on a component     | /component              | component {}
			on a superclass    | /super                  | super {}
			""")
	void mapsOverEveryTransport(String what, String path, String expected) {
		for (Transport transport : new Transport[] { Transport.H1, Transport.H2C }) {
			assertThat(open(transport, path)).as("%s over %s", what, transport).isEqualTo(expected);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/overridden", "/one", "/one/a/b", "/numbers/x", "/numbers/", "/rooms", "/rooms/",
			"/class/", "/Class", "/unmapped" })
	void refusesOtherPaths(String path) {
		for (Transport transport : new Transport[] { Transport.H1, Transport.H2C }) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				assertThat(connection.handshake(path)).as("%s over %s", path, transport).isEqualTo(404);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void queryIsNoPartOfThePath(Transport transport) {
		assertThat(open(transport, "/rooms/blue?room=red")).isEqualTo("rooms {room=blue}");
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void mapsProxyByInterface(Transport transport) {
		assertThat(AopUtils.isJdkDynamicProxy(servers.server(transport).context().getBean("proxiedByInterface")))
			.isTrue();
		assertThat(open(transport, "/jdk-proxy")).isEqualTo("jdk-proxy {}");
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void mapsProxyByClass(Transport transport) {
		assertThat(AopUtils.isCglibProxy(servers.server(transport).context().getBean("proxiedByClass"))).isTrue();
		assertThat(open(transport, "/cglib-proxy")).isEqualTo("cglib-proxy {}");
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void mapsScopedProxy(Transport transport) {
		assertThat(open(transport, "/scoped-class")).isEqualTo("scoped-class {}");
		assertThat(open(transport, "/scoped-method")).isEqualTo("scoped-method {}");
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void makesPrototypeForEachSession(Transport transport) {
		servers.server(transport);
		int before = Prototype.INSTANCES.get();
		assertThat(open(transport, "/prototype")).isEqualTo("prototype {}");
		assertThat(open(transport, "/prototype")).isEqualTo("prototype {}");
		assertThat(Prototype.INSTANCES.get()).isEqualTo(before + 2);
	}

	@Test
	void lazyHandlerIsMadeWhenItIsNeeded() {
		servers.server(Transport.H2C);
		assertThat(LazyHandler.INSTANCES).hasValue(0);
		assertThat(open(Transport.H2C, "/lazy")).isEqualTo("lazy {}");
		assertThat(open(Transport.H1, "/lazy")).isEqualTo("lazy {}");
		assertThat(LazyHandler.INSTANCES).hasValue(1);
	}

	@Test
	void ordinaryRequestIsLeftToControllers() {
		try (Http1Client http1 = Http1Client.connect(servers.server(Transport.H1).port());
				Http2Client http2 = servers.http2(Transport.H2C)) {
			Http1Response response = http1.request("GET", "/rooms/blue");
			assertThat(response.status()).isEqualTo(200);
			assertThat(response.body()).isEqualTo("page of blue");
			assertThat(http2.open(http2.get("/rooms/blue"), true).awaitBodyAsString()).isEqualTo("page of blue");
			assertThat(http1.request("GET", "/class").status()).isEqualTo(404);
			assertThat(http2.open(http2.get("/class"), true).status()).isEqualTo(404);
			assertThat(http2.openWebSocket("/rooms/blue").awaitText()).isEqualTo("rooms {room=blue}");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			/a              | /a
			a               | /a
			/a/{x}          | /a/{x}
			/a/{x}          | /a/{y}
			/a/{x}/b/{y}    | /a/{y}/b/{x}
			/a/{x:[0-9]+}   | /a/{y:[0-9]+}
			/a/{x:[0-9]{2}} | /a/{y:[0-9]{2}}
			/a/{*x}         | /a/{*y}
			/a/{x}.{y}      | /a/{a}.{b}
			/a/**           | /a/**
			""")
	void handlersOfOnePatternClash(String first, String second) {
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> map(first, second))
			.havingRootCause()
			.isInstanceOf(InvalidWebSocketMappingException.class)
			.withMessageContaining("ean 'first'")
			.withMessageContaining("bean 'second'")
			.withMessageContaining("(\"" + first + "\")")
			.withMessageContaining("(\"" + second + "\")");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			/a              | /b
			/a/{x}          | /a/b
			/a/{x}          | /a/{x:[0-9]+}
			/a/{x:[0-9]{2}} | /a/{x:[0-9]{3}}
			/a/{x:[a-z]+}   | /a/{x:[0-9]+}
			/a/{x}          | /a/{*x}
			/a/{x}          | /a/*
			/a/*            | /a/**
			/a/{x}/b        | /a/b/{x}
			/a/{x}.{y}      | /a/{x}
			""")
	void handlersOfDifferentPatternsDoNot(String first, String second) {
		assertThat(map(first, second)).isEqualTo(2);
	}

	@Test
	void oneHandlerMayHaveOnePatternTwice() {
		assertThat(map(Map.of("twice", new String[] { "/a", "a", "/b" }))).isEqualTo(2);
	}

	private static int map(String first, String second) {
		return map(Map.of("first", new String[] { first }, "second", new String[] { second }));
	}

	/**
	 * Maps handlers that are annotated with the given paths.
	 */
	private static int map(Map<String, String[]> pathsByBean) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			new TreeMap<>(pathsByBean).forEach((name, paths) -> context.registerBean(name, handlerType(paths)));
			context.registerBean(WebSocketMappingHandlerMapping.class);
			context.refresh();
			return context.getBean(WebSocketMappingHandlerMapping.class).getHandlerMap().size();
		}
	}

	private static Class<? extends WebSocketHandler> handlerType(String... paths) {
		return new ByteBuddy().subclass(Saying.class)
			.annotateType(
					AnnotationDescription.Builder.ofType(WebSocketMapping.class).defineArray("path", paths).build())
			.make()
			.load(WebSocketMappingTests.class.getClassLoader(),
					ClassLoadingStrategy.UsingLookup.of(MethodHandles.lookup()))
			.getLoaded();
	}

	private static String open(Transport transport, String path) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			return connection.open(path).awaitText();
		}
	}

	/**
	 * Says its name and the template variables.
	 */
	static class Saying implements WebSocketHandler {

		private final String name;

		Saying() {
			this("saying");
		}

		Saying(String name) {
			this.name = name;
		}

		@Override
		public Mono<Void> handle(WebSocketSession session) {
			Map<String, Object> variables = new TreeMap<>(session.getAttributes());
			variables.remove(WebSocketTransport.ATTRIBUTE);
			return session.send(Mono.just(session.textMessage(this.name + " " + variables)));
		}

	}

	@WebSocketMapping("/class")
	static class OnClass extends Saying {

		OnClass() {
			super("class");
		}

	}

	@WebSocketMapping("/overridden")
	static class Overridden extends Saying {

		Overridden(String name) {
			super(name);
		}

	}

	@WebSocketMapping("/super")
	abstract static class Annotated extends Saying {

		Annotated(String name) {
			super(name);
		}

	}

	static class OnSuperclass extends Annotated {

		OnSuperclass() {
			super("super");
		}

	}

	@Component
	@WebSocketMapping(path = "/component")
	static class OnComponent extends Saying {

		OnComponent() {
			super("component");
		}

	}

	@Component
	@Lazy
	@WebSocketMapping("/lazy")
	static class LazyHandler extends Saying {

		static final AtomicInteger INSTANCES = new AtomicInteger();

		LazyHandler() {
			super("lazy");
			INSTANCES.incrementAndGet();
		}

	}

	@Component
	@Scope("prototype")
	@WebSocketMapping("/prototype")
	static class Prototype extends Saying {

		static final AtomicInteger INSTANCES = new AtomicInteger();

		Prototype() {
			super("prototype");
			INSTANCES.incrementAndGet();
		}

	}

	@Component
	@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
	@WebSocketMapping("/scoped-class")
	static class ScopedProxy extends Saying {

		ScopedProxy() {
			super("scoped-class");
		}

	}

	@WebSocketMapping("/jdk-proxy")
	static class ProxiedByInterface extends Saying {

		ProxiedByInterface() {
			super("jdk-proxy");
		}

	}

	@WebSocketMapping("/cglib-proxy")
	static class ProxiedByClass extends Saying {

		ProxiedByClass() {
			super("cglib-proxy");
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@Bean
	@WebSocketMapping
	@interface WebSocket {

		@AliasFor(annotation = WebSocketMapping.class, attribute = "path")
		String value();

	}

	@RestController
	static class Pages {

		@GetMapping("/rooms/{room}")
		Mono<String> page(@PathVariable String room) {
			return Mono.just("page of " + room);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Pages.class, OnComponent.class, LazyHandler.class, Prototype.class, ScopedProxy.class })
	static class Handlers {

		@Bean
		OnClass onClass() {
			return new OnClass();
		}

		@Bean
		@WebSocketMapping("/method")
		Overridden onMethod() {
			return new Overridden("method");
		}

		@Bean
		OnSuperclass onSuperclass() {
			return new OnSuperclass();
		}

		@Bean
		@WebSocketMapping({ "/several", "/more" })
		WebSocketHandler several() {
			return new Saying("several");
		}

		@Bean
		@WebSocketMapping("/rooms/{room}")
		WebSocketHandler rooms() {
			return new Saying("rooms");
		}

		@Bean
		@WebSocketMapping("/rooms/lobby")
		WebSocketHandler lobby() {
			return new Saying("lobby");
		}

		@Bean
		@WebSocketMapping("/rooms/{room}/users/{user}")
		WebSocketHandler users() {
			return new Saying("users");
		}

		@Bean
		@WebSocketMapping("/one/*")
		WebSocketHandler one() {
			return new Saying("one");
		}

		@Bean
		@WebSocketMapping("/any/**")
		WebSocketHandler any() {
			return new Saying("any");
		}

		@Bean
		@WebSocketMapping("/rest/{*path}")
		WebSocketHandler rest() {
			return new Saying("rest");
		}

		@Bean
		@WebSocketMapping("/numbers/{x:[0-9]+}")
		WebSocketHandler numbers() {
			return new Saying("numbers");
		}

		@Bean
		@WebSocketMapping("no-slash")
		WebSocketHandler noSlash() {
			return new Saying("no-slash");
		}

		@WebSocket("/composed")
		WebSocketHandler composed() {
			return new Saying("composed");
		}

		@Bean
		static BeanNameAutoProxyCreator proxiesByInterface() {
			BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
			creator.setBeanNames("proxiedByInterface");
			creator.setProxyTargetClass(false);
			return creator;
		}

		@Bean
		static BeanNameAutoProxyCreator proxiesByClass() {
			BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
			creator.setBeanNames("proxiedByClass");
			creator.setProxyTargetClass(true);
			return creator;
		}

		@Bean
		WebSocketHandler proxiedByInterface() {
			return new ProxiedByInterface();
		}

		@Bean
		ProxiedByClass proxiedByClass() {
			return new ProxiedByClass();
		}

		@Bean
		@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.INTERFACES)
		@WebSocketMapping("/scoped-method")
		WebSocketHandler scopedOnMethod() {
			return new Saying("scoped-method");
		}

		@Bean
		WebSocketHandler notMapped() {
			return new Saying("not mapped");
		}

	}

}
