package io.github.websockethttp2.conformance;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

import io.github.websockethttp2.client.Http2WebSocketClient;
import io.github.websockethttp2.proxy.ProxyProcess;
import io.github.websockethttp2.session.WebSocketTransport;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The client, against the server of the Autobahn test suite: over HTTP/1.1, and over
 * HTTP/2 through HAProxy, each with and without compression.
 */
@EnabledIfSystemProperty(named = "conformance.tools", matches = ".+", disabledReason = "mvn verify -Pconformance")
class AutobahnClientTests {

	private static final Set<WebSocketMessage.Type> DATA = Set.of(WebSocketMessage.Type.TEXT,
			WebSocketMessage.Type.BINARY);

	private static final Duration TIMEOUT = Duration.ofMinutes(20);

	/**
	 * Puts each stream on a connection of its own, over HTTP/1.1. The suite refuses a
	 * port that is not its own.
	 */
	private static final String HAPROXY = """
			defaults
			    mode http
			    timeout connect 5s
			    timeout client 1m
			    timeout server 1m
			    timeout tunnel 1h
			frontend web
			    bind 127.0.0.1:%1$d
			    default_backend suite
			backend suite
			    http-request set-header Host 127.0.0.1:%2$d
			    server s 127.0.0.1:%2$d
			""";

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void everyCasePasses(boolean compression) throws Exception {
		String suffix = (compression) ? ", compressed" : "";
		Path reports = Autobahn.reports("client" + ((compression) ? "-compressed" : ""));
		String haproxy = ProxyProcess.program("haproxy", "haproxy").toString();
		try (ProxyProcess suite = ProxyProcess.start(subdirectory("suite"),
				(files, port) -> Autobahn.command(reports,
						Map.of("url", "ws://127.0.0.1:" + port, "compress", compression)));
				ProxyProcess proxy = ProxyProcess.start(subdirectory("proxy"), (files, port) -> {
					Path file = Files.writeString(files.resolve("haproxy.cfg"), HAPROXY.formatted(port, suite.port()));
					return List.of(haproxy, "-db", "-f", file.toString());
				})) {
			run(suite.port(), false, compression, "Autobahn, client, HTTP/1.1" + suffix);
			run(proxy.port(), true, compression, "Autobahn, client, HTTP/2" + suffix);
		}
		Autobahn.verify(reports, "Autobahn, client, HTTP/1.1" + suffix);
		Autobahn.verify(reports, "Autobahn, client, HTTP/2" + suffix);
	}

	private Path subdirectory(String name) throws Exception {
		return Files.createDirectory(this.directory.resolve(name));
	}

	private static void run(int port, boolean http2, boolean compression, String agent) {
		// The suite is written in Python, and may be busy with 16 MB for longer than a
		// heartbeat lasts
		Http2WebSocketClient client = Http2WebSocketClient.builder()
			.priorKnowledge(http2)
			.fallback(false)
			.compression(compression)
			.maxMessageSize(DataSize.ofMegabytes(32))
			.heartbeat(Duration.ZERO, Duration.ofSeconds(1))
			.build();
		String url = "ws://127.0.0.1:" + port;
		String query = "agent=" + URLEncoder.encode(agent, StandardCharsets.UTF_8);
		AtomicReference<String> count = new AtomicReference<>();
		client.execute(URI.create(url + "/getCaseCount"), (session) -> {
			assertThat(WebSocketTransport.of(session).protocol() == WebSocketTransport.Protocol.HTTP_2)
				.isEqualTo(http2);
			return session.receive().map(WebSocketMessage::getPayloadAsText).doOnNext(count::set).then();
		}).block(TIMEOUT);
		Flux.range(1, Integer.parseInt(count.get()))
			.concatMap((index) -> client
				.execute(URI.create(url + "/runCase?case=" + index + "&" + query), AutobahnClientTests::echo)
				// The suite has the verdict
				.onErrorComplete())
			.then(client.execute(URI.create(url + "/updateReports?" + query), (session) -> session.receive().then()))
			.block(TIMEOUT);
	}

	private static Mono<Void> echo(WebSocketSession session) {
		return session.send(session.receive()
			.filter((message) -> DATA.contains(message.getType()))
			.doOnNext(WebSocketMessage::retain));
	}

}
