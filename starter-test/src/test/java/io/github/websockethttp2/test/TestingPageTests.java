package io.github.websockethttp2.test;

import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the tests that the page on testing shows: classes as they are, and methods as
 * those of a class.
 */
class TestingPageTests {

	private static final Pattern JAVA = Pattern.compile("(?ms)^```java\n(.*?)^```$");

	/** What an editor adds by itself. */
	private static final String HEAD = """
			package snippet;

			import java.util.List;
			import io.github.websockethttp2.server.WebSocketMapping;
			import io.github.websockethttp2.session.WebSocketTransport;
			import io.github.websockethttp2.test.*;
			import org.junit.jupiter.api.Test;
			import org.springframework.boot.SpringBootConfiguration;
			import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
			import org.springframework.boot.test.context.SpringBootTest;
			import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
			import org.springframework.context.annotation.Bean;
			import org.springframework.http.HttpStatus;
			import org.springframework.security.config.Customizer;
			import org.springframework.security.config.web.server.ServerHttpSecurity;
			import org.springframework.security.core.userdetails.*;
			import org.springframework.security.web.server.SecurityWebFilterChain;
			import org.springframework.web.reactive.socket.*;
			import reactor.core.publisher.Flux;
			import reactor.test.StepVerifier;
			import static org.assertj.core.api.Assertions.assertThat;
			""";

	/** What a reader's application has. */
	private static final String APPLICATION = """
			record Point(int x, int y) {
			}

			@SpringBootConfiguration(proxyBeanMethods = false)
			@EnableAutoConfiguration
			class Application {

				@Bean
				@WebSocketMapping("/rooms/{room}")
				WebSocketHandler rooms() {
					return (session) -> session.send(session.receive().map((message) -> session.textMessage(
							session.getAttributes().get("room") + ": " + message.getPayloadAsText())));
				}

				@Bean
				@WebSocketMapping("/echo")
				WebSocketHandler echo() {
					return (session) -> session.send(session.receive().doOnNext(WebSocketMessage::retain));
				}

				@Bean
				@WebSocketMapping("/private")
				WebSocketHandler hello() {
					return (session) -> session.send(session.getHandshakeInfo().getPrincipal()
						.map((user) -> session.textMessage("Hello " + user.getName())));
				}

				@Bean
				SecurityWebFilterChain security(ServerHttpSecurity http) {
					return http.authorizeExchange((exchanges) -> exchanges.pathMatchers("/private").authenticated()
						.anyExchange().permitAll()).httpBasic(Customizer.withDefaults()).build();
				}

				@Bean
				MapReactiveUserDetailsService users() {
					return new MapReactiveUserDetailsService(
							User.withUsername("ada").password("{noop}secret").build());
				}

			}
			""";

	@TempDir
	private Path directory;

	@Test
	void everyTestOfThePagePasses() throws Exception {
		StringBuilder types = new StringBuilder();
		StringBuilder methods = new StringBuilder();
		for (String block : blocks()) {
			if (block.contains("\nclass ")) {
				// Its imports have to stand in front of all types
				types.insert(0, block);
			}
			else {
				methods.append(block);
			}
		}
		String around = """
				@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
				@AutoConfigureWebSocketTestClient
				class MoreTests {

				%s
				}
				""".formatted(methods);
		ClassLoader before = Thread.currentThread().getContextClassLoader();
		ClassLoader snippets = compile(HEAD + types + APPLICATION + around);
		// With this, Spring looks for the application
		Thread.currentThread().setContextClassLoader(snippets);
		try {
			run(snippets);
		}
		finally {
			Thread.currentThread().setContextClassLoader(before);
		}
	}

	private static void run(ClassLoader snippets) throws Exception {
		EngineExecutionResults results = EngineTestKit.engine("junit-jupiter")
			.selectors(DiscoverySelectors.selectClass(snippets.loadClass("snippet.RoomTests")),
					DiscoverySelectors.selectClass(snippets.loadClass("snippet.MoreTests")))
			.execute();
		assertThat(results.allEvents().failed().list()).isEmpty();
		results.testEvents().assertStatistics((statistics) -> statistics.succeeded(12).skipped(0).aborted(0));
	}

	private static List<String> blocks() throws Exception {
		return JAVA.matcher(Files.readString(Path.of("../docs/testing.md")))
			.results()
			.map((MatchResult block) -> block.group(1))
			.toList();
	}

	private ClassLoader compile(String source) throws Exception {
		Path file = Files.writeString(this.directory.resolve("Snippet.java"), source);
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		StringWriter messages = new StringWriter();
		try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
			boolean compiled = compiler
				.getTask(messages, files, null, List.of("-proc:none", "-parameters", "-d", this.directory.toString()),
						null, files.getJavaFileObjects(file))
				.call();
			assertThat(compiled).as(messages + "\nof\n" + source).isTrue();
		}
		return new URLClassLoader(new URL[] { this.directory.toUri().toURL() }, getClass().getClassLoader());
	}

}
