package io.github.websockethttp2.docs;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Compiles Java of the pages. A block is a file without its head, if it declares a type;
 * statements, if it ends as one and begins without an annotation; else members of a
 * class, which is a configuration and a handler on {@code /echo}.
 */
final class JavaSnippets {

	/** What the class is called that members and statements become a part of. */
	static final String AROUND = "Around";

	/** What an editor adds by itself. */
	private static final String HEAD = """
			package snippet;

			import java.net.URI;
			import java.time.*;
			import java.util.*;
			import java.util.concurrent.atomic.*;
			import io.github.websockethttp2.client.*;
			import io.github.websockethttp2.handshake.*;
			import io.github.websockethttp2.security.*;
			import io.github.websockethttp2.server.*;
			import io.github.websockethttp2.session.*;
			import io.github.websockethttp2.topic.*;
			import org.junit.jupiter.api.Test;
			import org.springframework.beans.factory.annotation.Qualifier;
			import org.springframework.boot.ApplicationRunner;
			import org.springframework.boot.test.context.SpringBootTest;
			import org.springframework.boot.test.web.server.LocalServerPort;
			import org.springframework.context.annotation.*;
			import org.springframework.core.ParameterizedTypeReference;
			import org.springframework.http.HttpStatus;
			import org.springframework.security.config.Customizer;
			import org.springframework.security.config.web.server.ServerHttpSecurity;
			import org.springframework.security.core.Authentication;
			import org.springframework.security.oauth2.server.resource.authentication.*;
			import org.springframework.security.oauth2.server.resource.web.server.authentication.*;
			import org.springframework.security.web.server.SecurityWebFilterChain;
			import org.springframework.security.web.server.authentication.ServerAuthenticationConverter;
			import org.springframework.stereotype.Component;
			import org.springframework.web.reactive.socket.*;
			import org.springframework.web.reactive.socket.client.*;
			import org.springframework.web.server.ServerWebExchange;
			import reactor.core.publisher.*;
			import reactor.netty.http.HttpProtocol;
			import reactor.netty.http.client.HttpClient;
			import reactor.netty.transport.ProxyProvider;
			import static org.assertj.core.api.Assertions.assertThat;
			""";

	/** What a reader's application has. */
	private static final String GIVEN = """
			record Ticket(String getName, Instant validUntil) implements java.security.Principal {
			}
			""";

	private static final String CLASS = """
			@Configuration(proxyBeanMethods = false)
			@WebSocketMapping("/echo")
			class Around implements WebSocketHandler {

				public Mono<Void> handle(WebSocketSession session) {
					return session.send(session.receive().doOnNext(WebSocketMessage::retain));
				}

				%s

			}
			""";

	private static final Pattern TYPE = Pattern.compile("(?m)^(public )?(class|record|interface) ");

	private JavaSnippets() {
	}

	/**
	 * Compiles blocks. Those that are members become one class.
	 * @param snippets the blocks
	 * @return what loads their classes, which are in the package {@code snippet}
	 * @throws IOException if a file cannot be written
	 */
	static ClassLoader compile(Snippet... snippets) throws IOException {
		Path directory = Snippet.newDirectory();
		StringBuilder types = new StringBuilder(GIVEN);
		StringBuilder members = new StringBuilder();
		for (Snippet snippet : snippets) {
			String text = snippet.text();
			if (TYPE.matcher(text).find()) {
				// Its imports have to stand in front of all types
				types.insert(0, text);
			}
			else if (!text.startsWith("@") && text.strip().endsWith(";")) {
				members.append("void statements() {\n").append(text).append("}\n");
			}
			else {
				members.append(text);
			}
		}
		String source = HEAD + types + CLASS.formatted(members);
		Path file = Files.writeString(directory.resolve("Snippet.java"), source);
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		StringWriter messages = new StringWriter();
		try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
			boolean compiled = compiler.getTask(messages, files, null, List.of("-proc:none", "-parameters",
					"-Xlint:deprecation,removal,unchecked", "-Werror", "-d", directory.toString()), null,
					files.getJavaFileObjects(file))
				.call();
			if (!compiled) {
				throw new AssertionError(messages + "\nof " + List.of(snippets) + "\n" + source);
			}
		}
		return new URLClassLoader(new URL[] { directory.toUri().toURL() }, JavaSnippets.class.getClassLoader());
	}

}
