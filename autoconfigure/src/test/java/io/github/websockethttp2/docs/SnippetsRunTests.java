package io.github.websockethttp2.docs;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.github.websockethttp2.proxy.ProxyProcess;
import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.SessionEvent;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the applications, the page and the commands that the README and the guide show.
 */
@ExtendWith(OutputCaptureExtension.class)
class SnippetsRunTests {

	private static final String GUIDE = "docs/guide.md";

	/** Knows tokens that are names of users. */
	private static final Snippet DECODER = new Snippet("", 0, "java", """
			@Bean
			org.springframework.security.oauth2.jwt.ReactiveJwtDecoder decoder() {
				return (token) -> (token.contains("user-"))
						? Mono.just(org.springframework.security.oauth2.jwt.Jwt.withTokenValue(token)
							.header("alg", "none").subject(token).build())
						: Mono.error(new org.springframework.security.oauth2.jwt.BadJwtException("Not one of ours"));
			}
			""");

	private static final Path SITE = newDirectory();

	private static final Class<?> ROOM_HANDLER = java("snippet.RoomHandler",
			Snippet.find("README.md", "java", "class RoomHandler"));

	@RegisterExtension
	static final TestServers ROOMS = new TestServers(ROOM_HANDLER,
			"spring.web.resources.static-locations=" + SITE.toUri());

	@RegisterExtension
	static final TestServers SECURED = new TestServers(java("snippet." + JavaSnippets.AROUND, DECODER,
			Snippet.find(GUIDE, "java", "SecurityWebFilterChain"), Snippet.find(GUIDE, "java", "getSubProtocols"),
			Snippet.find("docs/security.md", "java", "onePerUser")), TestServer.WITH_SECURITY);

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource
	void handlerOfTheReadmeAnswers(Transport transport) {
		try (WebSocketConnection connection = ROOMS.connect(transport)) {
			assertAnswers(connection);
		}
	}

	@ParameterizedTest
	@MethodSource("kotlin")
	void kotlinHandlerAnswers(Snippet kotlin) throws Exception {
		Class<?> handler = KotlinSnippets.compile(kotlin).loadClass("snippet.EchoHandler");
		for (Transport transport : List.of(Transport.H1, Transport.H2)) {
			try (TestServer server = TestServer.start(transport, handler);
					WebSocketConnection connection = server.connect()) {
				WebSocketStream socket = connection.open("/echo");
				socket.sendText("hello");
				socket.sendText("there");
				assertThat(socket.awaitText()).isEqualTo("HELLO");
				assertThat(socket.awaitText()).isEqualTo("THERE");
			}
		}
	}

	@ParameterizedTest
	@MethodSource("pages")
	void pageTalksOverHttp2(Snippet javascript) throws Exception {
		Path chromium = ProxyProcess.program("chromium", "chromium");
		TestServer server = ROOMS.server(Transport.H2);
		List<LiveSession> opened = opened(server);
		Files.writeString(SITE.resolve("page.html"), "<script>" + javascript.text() + "</script>");
		Process browser = new ProcessBuilder(chromium.toString(), "--headless", "--no-sandbox", "--disable-gpu",
				"--no-first-run", "--disable-background-networking", "--ignore-certificate-errors",
				"--remote-debugging-port=0", "--enable-logging=stderr", "--user-data-dir=" + this.directory,
				"https://localhost:" + server.port() + "/page.html")
			.redirectErrorStream(true)
			.start();
		try {
			// The end of the process if the page logs nothing
			browser.onExit()
				.orTimeout(Waiting.LONG_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
				.exceptionally((ex) -> browser.destroyForcibly());
			assertThat(browser.inputReader().lines().filter((line) -> line.contains("CONSOLE")).findFirst()).get()
				.asString()
				.contains("\"one: hello\"");
		}
		finally {
			browser.descendants().forEach(ProcessHandle::destroyForcibly);
			Waiting.exitValue(browser.destroyForcibly());
		}
		assertThat(opened).extracting((session) -> session.getTransport().protocol())
			.containsExactly(WebSocketTransport.Protocol.HTTP_2);
	}

	@Test
	void startsWithTheLineOfTheGuide(CapturedOutput output) throws Exception {
		ProxyProcess.program("openssl", "openssl");
		run(Snippet.find(GUIDE, "shell", "openssl req").text());
		Properties properties = new Properties();
		properties.load(new StringReader(Snippet.find(GUIDE, "properties", "server.ssl.bundle").text()));
		assertThat(properties.replace("server.port", "0")).isEqualTo("8443");
		String[] all = properties.stringPropertyNames()
			.stream()
			.map((name) -> name + "="
					+ properties.getProperty(name).replace("file:", this.directory.toUri().toString()))
			.toArray(String[]::new);
		// Its certificate is the application's own
		try (TestServer server = TestServer.start(Transport.H2C, ROOM_HANDLER, all)) {
			assertThat(output).contains(Snippet.find(GUIDE, "text", "")
				.text()
				.strip()
				.replace("8443", String.valueOf(server.port()))
				.replace("2 WebSocket handlers", "1 WebSocket handler"));
			for (Transport transport : List.of(Transport.H1_TLS, Transport.H2)) {
				try (WebSocketConnection connection = transport.connect(server.port())) {
					assertAnswers(connection);
				}
			}
		}
	}

	@Test
	void testOfTheGuidePasses() throws Exception {
		runTestOfTheGuide(Snippet.find(GUIDE, "java", "class RoomTests"), WebSocketTransport.Protocol.HTTP_1_1);
	}

	@Test
	void testOfTheGuidePassesOverHttp2() throws Exception {
		String client = Snippet.find(GUIDE, "java", "HttpProtocol.H2C").text().strip();
		Snippet test = Snippet.find(GUIDE, "java", "class RoomTests");
		assertThat(test.text()).contains("new ReactorNettyWebSocketClient()");
		runTestOfTheGuide(
				new Snippet(GUIDE, test.line(), "java",
						test.text()
							.replace("new ReactorNettyWebSocketClient()",
									client.substring(client.indexOf("new "), client.lastIndexOf(';')))),
				WebSocketTransport.Protocol.HTTP_2);
	}

	@ParameterizedTest
	@EnumSource
	void tokenComesAsASubProtocol(Transport transport) {
		String user = "user-" + transport;
		TestServer server = SECURED.server(transport);
		assertThat(tryOpen(server, transport, "bearer, stranger").status()).isEqualTo(401);
		try (WebSocketConnection connection = transport.connect(server.port())) {
			WebSocketStream socket = connection.open("/echo", "sec-websocket-protocol", "bearer, " + user);
			socket.sendText("hello");
			assertThat(socket.awaitText()).isEqualTo("hello");
			assertThat(tryOpen(server, transport, "bearer, " + user).status()).isEqualTo(409);
			try (WebSocketConnection another = transport.connect(server.port())) {
				assertThat(another.handshake("/echo", "authorization", "Bearer " + user)).isEqualTo(409);
			}
			WebSocketConnection.Head other = tryOpen(server, transport, "bearer, another-" + user);
			assertThat(other.status()).isEqualTo((transport.isHttp2()) ? 200 : 101);
			assertThat(other.header("sec-websocket-protocol")).isEqualTo("bearer");
		}
	}

	@ParameterizedTest
	@MethodSource("consoles")
	void consoleShowsThis(Snippet console) throws Exception {
		ProxyProcess.program("nghttp", "nghttp2-client");
		List<String> lines = console.text().lines().toList();
		String port = String.valueOf(ROOMS.server(Transport.H2).port());
		String output = run(lines.get(0).replaceFirst("^\\$ ", "").replace("8443", port));
		// But for the time since the start
		assertThat(lines.stream().skip(1).map((line) -> line.replaceFirst("^\\[.*?] ", "")))
			.allSatisfy((line) -> assertThat(output).contains(line));
	}

	static List<Snippet> kotlin() {
		return Snippet.in("kotlin");
	}

	static List<Snippet> pages() {
		return Snippet.in("javascript");
	}

	static List<Snippet> consoles() {
		return Snippet.in("console");
	}

	private static void runTestOfTheGuide(Snippet snippet, WebSocketTransport.Protocol protocol) throws Exception {
		Constructor<?> constructor = java("snippet.RoomTests", snippet).getDeclaredConstructor();
		constructor.setAccessible(true);
		Object test = constructor.newInstance();
		TestServer server = ROOMS.server(Transport.H1);
		List<LiveSession> opened = opened(server);
		ReflectionTestUtils.setField(test, "port", server.port());
		ReflectionTestUtils.invokeMethod(test, "answersWithTheNameOfTheRoom");
		assertThat(opened).extracting((session) -> session.getTransport().protocol()).containsExactly(protocol);
	}

	private static Class<?> java(String name, Snippet... snippets) {
		try {
			return JavaSnippets.compile(snippets).loadClass(name);
		}
		catch (IOException | ClassNotFoundException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Path newDirectory() {
		try {
			return Snippet.newDirectory();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Collects the sessions that an application opens from now on. */
	private static List<LiveSession> opened(TestServer server) {
		List<LiveSession> opened = new CopyOnWriteArrayList<>();
		server.bean(WebSocketSessions.class)
			.events()
			.filter((event) -> event.type() == SessionEvent.Type.OPENED)
			.subscribe((event) -> opened.add(event.session()));
		return opened;
	}

	private static void assertAnswers(WebSocketConnection connection) {
		WebSocketStream socket = connection.open("/rooms/one");
		socket.sendText("hello");
		assertThat(socket.awaitText()).isEqualTo("one: hello");
	}

	private static WebSocketConnection.Head tryOpen(TestServer server, Transport transport, String subProtocols) {
		try (WebSocketConnection connection = transport.connect(server.port())) {
			return connection.tryOpen("/echo", "sec-websocket-protocol", subProtocols);
		}
	}

	private String run(String command) throws Exception {
		Process process = new ProcessBuilder("sh", "-c", command).directory(this.directory.toFile())
			.redirectErrorStream(true)
			.start();
		try {
			String output = new String(process.getInputStream().readAllBytes());
			assertThat(Waiting.exitValue(process)).as(output).isZero();
			return output;
		}
		finally {
			process.destroyForcibly();
		}
	}

}
