package io.github.websockethttp2.docs;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.websockethttp2.testsupport.Waiting;

/**
 * Compiles Kotlin of the pages by a process of its own: the tests themselves run without
 * Kotlin, as Spring treats applications differently where it is on the class path.
 */
final class KotlinSnippets {

	private static final Path KOTLIN = Path.of("target", "kotlin");

	/** What an editor adds by itself. */
	private static final String HEAD = """
			package snippet

			import io.github.websockethttp2.server.WebSocketMapping
			import kotlinx.coroutines.flow.map
			import kotlinx.coroutines.reactive.asFlow
			import kotlinx.coroutines.reactor.asFlux
			import org.springframework.stereotype.Component
			import org.springframework.web.reactive.socket.WebSocketHandler
			import org.springframework.web.reactive.socket.WebSocketSession
			import reactor.core.publisher.Mono
			""";

	private KotlinSnippets() {
	}

	/**
	 * Compiles a block.
	 * @param snippet the block
	 * @return what loads its classes, which are in the package {@code snippet}
	 * @throws Exception if the compiler cannot be run
	 */
	static ClassLoader compile(Snippet snippet) throws Exception {
		Path directory = Snippet.newDirectory();
		List<Path> kotlin = jars();
		String classPath = kotlin.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
		Path file = Files.writeString(directory.resolve("Snippet.kt"), HEAD + snippet.text());
		Path log = directory.resolve("kotlin.log");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-cp", classPath, "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler", "-no-stdlib",
				"-no-reflect", "-Werror", "-cp", System.getProperty("java.class.path") + File.pathSeparator + classPath,
				"-d", directory.toString(), file.toString())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		if (Waiting.exitValue(process) != 0) {
			throw new AssertionError("%s%nof %s%n%s".formatted(Files.readString(log), snippet, snippet.text()));
		}
		URL[] urls = new URL[kotlin.size() + 1];
		urls[0] = directory.toUri().toURL();
		for (int i = 0; i < kotlin.size(); i++) {
			urls[i + 1] = kotlin.get(i).toUri().toURL();
		}
		return new URLClassLoader(urls, KotlinSnippets.class.getClassLoader());
	}

	private static List<Path> jars() throws IOException {
		try (Stream<Path> jars = Files.list(KOTLIN)) {
			return jars.map(Path::toAbsolutePath).sorted().toList();
		}
	}

}
