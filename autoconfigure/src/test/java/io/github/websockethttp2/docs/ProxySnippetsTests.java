package io.github.websockethttp2.docs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.github.websockethttp2.proxy.ProxyProcess;
import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.testsupport.EchoHandlers;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs proxies as {@code docs/proxies.md} configures them, but on other ports.
 */
class ProxySnippetsTests {

	private static final String PAGE = "docs/proxies.md";

	@TempDir
	private Path directory;

	@BeforeEach
	void certificate() throws Exception {
		String openssl = ProxyProcess.program("openssl", "openssl").toString();
		String command = Snippet.find("docs/guide.md", "shell", "openssl req").text();
		Process process = new ProcessBuilder("sh", "-c", command.replaceFirst("openssl", openssl))
			.directory(this.directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(this.directory.resolve("openssl.log").toFile())
			.start();
		assertThat(Waiting.exitValue(process)).isZero();
		Files.writeString(this.directory.resolve("site.pem"), Files.readString(this.directory.resolve("cert.pem"))
				+ Files.readString(this.directory.resolve("key.pem")));
	}

	@Test
	void haproxy() {
		haproxy(WebSocketTransport.Protocol.HTTP_2, "proto h2 ws h2");
	}

	@Test
	void haproxySwitchedOff() {
		assertThat(Pages.read(PAGE)).contains("`proto h2 ws h1`");
		haproxy(WebSocketTransport.Protocol.HTTP_1_1, "proto h2 ws h1", "websocket.http2.enabled=false",
				"server.http2.enabled=true");
	}

	private void haproxy(WebSocketTransport.Protocol behind, String protocol, String... properties) {
		String program = ProxyProcess.program("haproxy", "haproxy").toString();
		try (TestServer server = TestServer.start(Transport.H2C, EchoHandlers.class, properties);
				ProxyProcess proxy = ProxyProcess.start(this.directory, (directory, port) -> {
					String text = Snippet.find(PAGE, "haproxy", "").text();
					Files.writeString(directory.resolve("haproxy.cfg"),
							text.replace("bind :443", "bind 127.0.0.1:" + port)
								.replace("proto h2 ws h2", protocol)
								.replace("/etc/haproxy/site.pem", directory.resolve("site.pem").toString())
								.replace(":8080", ":" + server.port()));
					return List.of(program, "-db", "-f", "haproxy.cfg");
				})) {
			assertCarries(proxy, server, behind, Transport.H1_TLS, Transport.H2);
		}
	}

	@Test
	void nghttpx() {
		String program = ProxyProcess.program("nghttpx", "nghttp2-proxy").toString();
		try (TestServer server = TestServer.start(Transport.H2C, EchoHandlers.class,
				"websocket.http2.max-sessions-per-connection=128");
				ProxyProcess proxy = ProxyProcess.start(this.directory,
						(directory, port) -> List.of("sh", "-c",
								"exec " + Snippet.find(PAGE, "shell", "nghttpx")
									.text()
									.replaceFirst("nghttpx", program)
									.replace("*,443", "127.0.0.1," + port)
									.replace("Port: 443", "Port: " + port)
									.replace(",8080", "," + server.port())))) {
			assertCarries(proxy, server, WebSocketTransport.Protocol.HTTP_2, Transport.H1_TLS, Transport.H2);
		}
	}

	@Test
	void nginx() {
		String program = ProxyProcess.program("nginx", "nginx").toString();
		try (TestServer server = TestServer.start(Transport.H1, EchoHandlers.class);
				ProxyProcess proxy = ProxyProcess.start(this.directory, (directory, port) -> {
					String text = Snippet.find(PAGE, "nginx", "").text();
					Files.writeString(directory.resolve("nginx.conf"),
							"daemon off; pid nginx.pid; error_log stderr;\nevents {}\nhttp {\naccess_log off;\n"
									+ text.replace("listen 443", "listen 127.0.0.1:" + port)
										.replace(":8080", ":" + server.port())
									+ "}\n");
					return List.of(program, "-p", directory.toString(), "-c", "nginx.conf");
				})) {
			assertCarries(proxy, server, WebSocketTransport.Protocol.HTTP_1_1, Transport.H1_TLS);
		}
	}

	/** Opens sockets as a page does that has come from the proxy. */
	private static void assertCarries(ProxyProcess proxy, TestServer server, WebSocketTransport.Protocol behind,
			Transport... transports) {
		for (Transport transport : transports) {
			try (WebSocketConnection connection = transport.connect(proxy.port())) {
				String site = "https://localhost:";
				assertThat(connection.handshake("/echo", "origin", site + server.port())).isEqualTo(403);
			}
			try (WebSocketConnection connection = transport.connect(proxy.port())) {
				WebSocketStream socket = connection.open("/echo", "origin", "https://localhost:" + proxy.port());
				socket.sendText("hello");
				assertThat(socket.awaitText()).isEqualTo("hello");
				assertThat(server.bean(WebSocketSessions.class).getAll()).extracting(LiveSession::getTransport)
					.extracting(WebSocketTransport::protocol)
					.containsExactly(behind);
				socket.sendClose(1000, "");
				socket.skipToClose();
			}
		}
	}

}
