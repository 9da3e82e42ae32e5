package io.github.websockethttp2.conformance;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.github.websockethttp2.client.Http2WebSocketClient;
import io.github.websockethttp2.proxy.ProxyProcess;
import io.github.websockethttp2.session.WebSocketTransport;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.socket.WebSocketHandler;
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

	private static final WebSocketHandler WAIT = (session) -> session.receive().then();

	private static final Duration TIMEOUT = Duration.ofMinutes(20);

	private static final String COMPRESSED = ", compressed";

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

	@Test
	void everyCasePasses() throws Exception {
		Path direct = Autobahn.reports("client-direct");
		Path proxied = Autobahn.reports("client-proxied");
		try (ProxyProcess directSuite = suite(direct);
				ProxyProcess proxiedSuite = suite(proxied);
				ProxyProcess proxy = haproxy(proxiedSuite.port())) {
			Mono.when(run("Autobahn, client, HTTP/1.1", directSuite.port(), false),
					run("Autobahn, client, HTTP/2", proxy.port(), true))
				.block(TIMEOUT);
		}
		for (String suffix : List.of("", COMPRESSED)) {
			Autobahn.verify(direct, "Autobahn, client, HTTP/1.1" + suffix);
			Autobahn.verify(proxied, "Autobahn, client, HTTP/2" + suffix);
		}
	}

	private ProxyProcess suite(Path reports) throws IOException {
		return ProxyProcess.start(Files.createTempDirectory(this.directory, "suite"),
				(files, port) -> Autobahn.command(reports, Map.of("url", "ws://127.0.0.1:" + port)));
	}

	private ProxyProcess haproxy(int suitePort) throws IOException {
		String program = ProxyProcess.program("haproxy", "haproxy").toString();
		return ProxyProcess.start(Files.createTempDirectory(this.directory, "haproxy"), (files, port) -> {
			Path file = Files.writeString(files.resolve("haproxy.cfg"), HAPROXY.formatted(port, suitePort));
			return List.of(program, "-db", "-f", file.toString());
		});
	}

	private static Mono<Void> run(String agent, int port, boolean http2) {
		return run(agent, port, http2, false).then(run(agent + COMPRESSED, port, http2, true));
	}

	private static Mono<Void> run(String agent, int port, boolean http2, boolean compression) {
		// The suite is written in Python, and may be busy with 16 MB or with its reports
		// for longer than a heartbeat or a handshake lasts
		Http2WebSocketClient client = Http2WebSocketClient.builder()
			.priorKnowledge(http2)
			.fallback(false)
			.compression(compression)
			.maxMessageSize(DataSize.ofMegabytes(32))
			.heartbeat(Duration.ZERO, Duration.ofSeconds(1))
			.handshakeTimeout(TIMEOUT)
			.build();
		Function<String, URI> urls = (command) -> URI.create(
				"ws://127.0.0.1:" + port + "/" + command + "agent=" + URLEncoder.encode(agent, StandardCharsets.UTF_8));
		Mono<Integer> count = Mono.fromSupplier(AtomicInteger::new)
			.flatMap((cases) -> client
				.execute(urls.apply("getCaseCount?"),
						(session) -> session.receive()
							.doOnNext((message) -> cases.set(Integer.parseInt(message.getPayloadAsText())))
							.then())
				.then(Mono.fromSupplier(cases::get)));
		return count.flatMap((cases) -> Flux.range(1, cases)
			.concatMap((index) -> client
				.execute(urls.apply("runCase?case=" + index + "&"), (session) -> echo(session, http2))
				// Where the case breaks the rules. The suite has the verdict
				.onErrorComplete(CorruptedWebSocketFrameException.class))
			// Answered when the last case is over for the suite as well
			.then(client.execute(urls.apply("getCaseStatus?case=" + cases + "&"), WAIT))
			.then(client.execute(urls.apply("updateReports?"), WAIT)));
	}

	private static Mono<Void> echo(WebSocketSession session, boolean http2) {
		assertThat(WebSocketTransport.of(session).protocol() == WebSocketTransport.Protocol.HTTP_2).isEqualTo(http2);
		return session.send(session.receive()
			.filter((message) -> DATA.contains(message.getType()))
			.doOnNext(WebSocketMessage::retain));
	}

}
