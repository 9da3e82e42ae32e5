package io.github.websockethttp2.server;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.testsupport.Http1Client;
import io.github.websockethttp2.testsupport.Http1Response;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.Http2Stream;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Handshakes that are refused: with the right answer, without a word in the log, and at
 * no cost to the connection.
 */
class RefusalTests {

	private static final int STREAMS = 100;

	private static final String[] PROPERTIES = {
			"spring.web.resources.static-locations=classpath:/io/github/websockethttp2/server/",
			"websocket.http2.max-streams-per-connection=" + STREAMS,
			"websocket.http2.max-sessions-per-connection=" + STREAMS, "websocket.http2.stream-window-size=65535B",
			"websocket.http2.connection-window-size=65535B", "websocket.http2.close-timeout=30s" };

	@RegisterExtension
	static final TestServers servers = new TestServers(Application.class, PROPERTIES);

	@RegisterExtension
	static final TestServers hastyServers = new TestServers(Application.class,
			Stream.concat(Arrays.stream(PROPERTIES), Stream.of("websocket.http2.close-timeout=100ms"))
				.toArray(String[]::new));

	@ParameterizedTest
	@MethodSource("refusalsOverHttp2")
	void isAnswered(Transport transport, Refusal refusal) {
		besidesAnOpenWebSocket(transport, (client) -> {
			Http2Stream stream = refusal.send(client);
			refusal.verify(stream);
			refusal.end(stream);
		});
	}

	static Stream<Arguments> refusalsOverHttp2() {
		return Stream.of(Transport.H2C, Transport.H2)
			.flatMap((transport) -> Arrays.stream(Refusal.values())
				.map((refusal) -> Arguments.arguments(transport, refusal)));
	}

	@ParameterizedTest
	@EnumSource
	void slotComesBackWhenTheClientEndsItsSide(Refusal refusal) {
		besidesAnOpenWebSocket(Transport.H2C, (client) -> {
			for (int i = 0; i < 150; i++) {
				Http2Stream stream = refusal.send(client);
				refusal.verify(stream);
				refusal.end(stream);
			}
			assertThatAllStreamsAreFree(client);
		});
	}

	@ParameterizedTest
	@EnumSource
	void slotComesBackWhenTheClientDoesNotEndItsSide(Refusal refusal) {
		besidesAnOpenWebSocket(hastyServers, Transport.H2C, (client) -> {
			for (int i = 0; i < 2; i++) {
				List<Http2Stream> streams = IntStream.range(0, 75).mapToObj((j) -> refusal.send(client)).toList();
				streams.forEach(refusal::verify);
				// After a complete answer: stop sending, it is no error
				streams.stream()
					.filter((stream) -> refusal.isOpenAfter())
					.forEach((stream) -> assertThat(stream.awaitReset()).isEqualTo(Http2Error.NO_ERROR));
			}
			assertThatAllStreamsAreFree(client);
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "NO_ROUTE", "CONTROLLER_FOR_POST", "FILTER_ANSWERS_200_WITH_A_BODY",
			"FILTER_ANSWERS_401_LATER", "OTHER_PROTOCOL", "VERSION_8" })
	void dataOfRefusedHandshakesIsGivenBackToTheConnection(Refusal refusal) {
		byte[] data = new byte[8 * 1024];
		besidesAnOpenWebSocket(Transport.H2C, (client) -> {
			for (int i = 0; i < 300; i++) {
				AtomicReference<Http2Stream> opened = new AtomicReference<>();
				client.inOneFlight(() -> {
					opened.set(refusal.send(client));
					opened.get().send(data, false);
				});
				refusal.verify(opened.get());
				Waiting.join(opened.get().send(data, true));
			}
			Http2Stream post = client.open(client.post("/length"), false);
			Waiting.join(post.send(new byte[256 * 1024], true));
			assertThat(post.awaitBodyAsString()).isEqualTo("" + 256 * 1024);
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void protocolIsComparedWithoutRegardToCase(Transport transport) {
		besidesAnOpenWebSocket(transport,
				(client) -> assertThat(client.openWebSocket(client.webSocket("/echo").set(":protocol", "WebSocket")))
					.isNotNull());
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void redirectOfAFilterReachesTheClient(Transport transport) {
		besidesAnOpenWebSocket(transport, (client) -> {
			Http2Stream stream = client.open(client.webSocket("/filter/redirect"), false);
			assertThat(stream.awaitHeaders().get("location")).hasToString("/login");
			stream.endStream();
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H1_TLS" })
	void otherVersionsAreRefusedOverHttp1(Transport transport) {
		String version = "Sec-WebSocket-Version: ";
		for (String[] versions : new String[][] { { version + "8" }, { version + "13, 8" },
				{ version + "13", version + "8" } }) {
			Http1Response response = http1(transport, (client) -> client.webSocket("/echo", versions));
			assertThat(response.status()).isEqualTo(426);
			assertThat(response.header("sec-websocket-version")).isEqualTo("13");
		}
		Http1Response absent = http1(transport, (client) -> client.request("GET", "/echo", "Upgrade: websocket",
				"Connection: Upgrade", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="));
		assertThat(absent.status()).isEqualTo(426);
		assertThat(absent.header("sec-websocket-version")).isEqualTo("13");
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H1_TLS" })
	void connectIsRefusedOverHttp1(Transport transport) {
		String[] handshake = { "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
				"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==" };
		for (String target : new String[] { "/echo", "localhost:80", "http://localhost/echo", "*" }) {
			for (String[] headers : new String[][] { {}, handshake }) {
				Http1Response response = http1(transport, (client) -> client.request("CONNECT", target, headers));
				assertThat(response.status()).as(target).isIn(400, 404, 405, 501);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void refusalLogsNoSecrets(Transport transport) {
		try (Http2Client client = servers.http2(transport);
				LogCapture log = LogCapture.start("io.github.websockethttp2", Level.DEBUG)) {
			Http2Headers request = client.webSocket("/echo?token=secret");
			request.set(":protocol", "connect-udp").add("cookie", "id=secret").add("authorization", "Bearer secret");
			assertThat(client.open(request, false).awaitHeaders().status()).hasToString("501");
			assertThat(log.messages()).anyMatch((message) -> message.contains("Refused with 501"))
				.noneMatch((message) -> message.contains("secret"));
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H1_TLS" })
	void noRouteIsNotFoundOverHttp1(Transport transport) {
		assertThat(http1(transport, (client) -> client.webSocket("/nowhere")).status()).isEqualTo(404);
	}

	@ParameterizedTest
	@EnumSource
	void handlerThatFailsClosesWithServerError(Transport transport) {
		for (String path : new String[] { "/throws", "/fails", "/fails-later" }) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				WebSocketStream socket = connection.open(path);
				assertThat(socket.awaitClose().code()).as(path).isEqualTo(1011);
				socket.sendClose(1011, "");
				socket.endStream();
				socket.awaitEndOfBytes();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/throws", "/fails", "/fails-later" })
	void handlerThatFailsHurtsNobodyElse(String path) {
		try (Http2Client client = servers.http2(Transport.H2C)) {
			WebSocketStream other = client.openWebSocket("/echo");
			assertThat(client.openWebSocket(path).awaitClose().code()).isEqualTo(1011);
			assertThatItEchoes(other);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { ":method", ":scheme", ":path" })
	void requestWithoutWhatEveryRequestHasIsReset(String name) {
		besidesAnOpenWebSocket(Transport.H2C, (client) -> {
			for (boolean endStream : new boolean[] { true, false }) {
				Http2Headers headers = client.get("/controller");
				headers.remove(name);
				assertThat(client.open(headers, endStream).awaitReset()).isEqualTo(Http2Error.PROTOCOL_ERROR);
			}
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void trailersAreNotTakenForARequest(Transport transport) {
		besidesAnOpenWebSocket(transport, (client) -> {
			Http2Stream post = client.open(client.post("/length"), false);
			Waiting.join(post.send(new byte[10], false));
			post.sendHeaders(new DefaultHttp2Headers().set("x-trailer", "a"), true);
			assertThat(post.awaitBodyAsString()).isEqualTo("10");
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void brokenConnectionIsNotLogged(Transport transport) {
		try (Http2Client client = servers.http2(transport); LogCapture log = LogCapture.start()) {
			client.openWebSocket("/echo");
			// DATA on a stream that nobody has opened
			client.sendFrame(Http2FrameTypes.DATA, 0, 99, new byte[8]);
			assertThat(client.awaitGoAway().error()).isEqualTo(Http2Error.PROTOCOL_ERROR);
			client.awaitClosed();
			log.assertNothingAbove(Level.DEBUG);
		}
	}

	@Test
	void unfinishedHandshakeIsNotLogged() {
		int port = servers.server(Transport.H1).port();
		try (LogCapture log = LogCapture.start("io.github.websockethttp2.server.http2.UnfinishedUpgradeHandler",
				Level.DEBUG)) {
			try (Http1Client client = Http1Client.connect(port)) {
				client.sendBytes(
						"GET /echo HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked\r\n\r\n"
							.getBytes());
				client.endOutput();
				client.awaitEndOfBytes();
			}
			await().until(() -> log.messages().stream().anyMatch((line) -> line.contains("still aggregating")));
			log.assertNothingAbove(Level.DEBUG);
		}
	}

	private static void besidesAnOpenWebSocket(Transport transport, Consumer<Http2Client> test) {
		besidesAnOpenWebSocket(servers, transport, test);
	}

	private static void besidesAnOpenWebSocket(TestServers servers, Transport transport, Consumer<Http2Client> test) {
		try (Http2Client client = servers.http2(transport); LogCapture log = LogCapture.start()) {
			WebSocketStream other = client.openWebSocket("/echo");
			test.accept(client);
			assertThatItEchoes(other);
			client.barrier();
			log.assertNothingAbove(Level.DEBUG);
			assertThat(client.goAways()).isEmpty();
		}
	}

	private static void assertThatItEchoes(WebSocketStream socket) {
		socket.sendText("on");
		assertThat(socket.awaitText()).isEqualTo("on");
	}

	/**
	 * But for the one of the WebSocket that is open all the while.
	 */
	private static void assertThatAllStreamsAreFree(Http2Client client) {
		List<WebSocketStream> sockets = new ArrayList<>();
		for (int i = 0; i < STREAMS - 1; i++) {
			sockets.add(client.openWebSocket("/echo"));
		}
		sockets.forEach(RefusalTests::assertThatItEchoes);
	}

	private static Http1Response http1(Transport transport, Function<Http1Client, Http1Response> exchange) {
		int port = servers.server(transport).port();
		try (Http1Client client = (transport.isTls()) ? Http1Client.connectTls(port) : Http1Client.connect(port);
				LogCapture log = LogCapture.start()) {
			Http1Response response = exchange.apply(client);
			log.assertNothingAbove(Level.DEBUG);
			return response;
		}
	}

	enum Refusal {

		NO_ROUTE(404, "/nowhere"),

		CONTROLLER(404, "/controller"),

		CONTROLLER_FOR_POST(405, "/length"),

		ROUTER_FUNCTION(404, "/function"),

		STATIC_RESOURCE(404, "/RefusalTests.class"),

		FILTER_COMPLETES(404, "/filter/completes"),

		FILTER_ANSWERS_200(404, "/filter/empty"),

		FILTER_ANSWERS_201(404, "/filter/created"),

		FILTER_ANSWERS_200_WITH_A_BODY(404, "/filter/body"),

		FILTER_ANSWERS_200_WITH_BODIES(404, "/filter/bodies"),

		FILTER_REDIRECTS(302, "/filter/redirect"),

		FILTER_ANSWERS_401_LATER(401, "/filter/unauthorized"),

		OTHER_PROTOCOL(501, (headers) -> headers.set(":protocol", "connect-udp")),

		NO_PROTOCOL(501, (headers) -> {
			headers.remove(":protocol");
			headers.remove(":scheme");
			headers.remove(":path");
		}),

		NO_VERSION(426, (headers) -> headers.remove("sec-websocket-version")),

		VERSION_8(426, (headers) -> headers.set("sec-websocket-version", "8")),

		TWO_VERSIONS(426, (headers) -> headers.set("sec-websocket-version", "13, 8")),

		TWO_VERSION_FIELDS(426, (headers) -> headers.add("sec-websocket-version", "8")),

		CONTENT_LENGTH(400, (headers) -> headers.set("content-length", "5")),

		CONTENT_LENGTH_ZERO(400, (headers) -> headers.set("content-length", "0")),

		END_STREAM(400, "/echo", (headers) -> {
		}, true),

		NO_PATH((headers) -> headers.remove(":path")),

		EMPTY_PATH((headers) -> headers.path("")),

		PATH_WITHOUT_SLASH((headers) -> headers.path("echo")),

		PATH_OF_ANOTHER_HOST((headers) -> headers.path("http://other.example/echo")),

		NO_SCHEME((headers) -> headers.remove(":scheme")),

		NO_AUTHORITY((headers) -> headers.remove(":authority")),

		GET_WITH_PROTOCOL((headers) -> headers.method("GET"));

		private static final int RESET = 0;

		private final int status;

		private final String path;

		private final Consumer<Http2Headers> change;

		private final boolean endStream;

		Refusal(int status, String path) {
			this(status, path, (headers) -> {
			}, false);
		}

		Refusal(int status, Consumer<Http2Headers> change) {
			this(status, "/echo", change, false);
		}

		Refusal(Consumer<Http2Headers> change) {
			this(RESET, "/echo", change, false);
		}

		Refusal(int status, String path, Consumer<Http2Headers> change, boolean endStream) {
			this.status = status;
			this.path = path;
			this.change = change;
			this.endStream = endStream;
		}

		boolean isReset() {
			return this.status == RESET;
		}

		/**
		 * Whether the client's side of the stream is open after the answer.
		 */
		boolean isOpenAfter() {
			return !isReset() && !this.endStream;
		}

		Http2Stream send(Http2Client client) {
			Http2Headers headers = client.webSocket(this.path);
			this.change.accept(headers);
			return client.open(headers, this.endStream);
		}

		void verify(Http2Stream stream) {
			if (isReset()) {
				assertThat(stream.awaitReset()).isEqualTo(Http2Error.PROTOCOL_ERROR);
				return;
			}
			Http2Headers headers = stream.awaitHeaders();
			assertThat(headers.status()).hasToString("" + this.status);
			if (this.status == 426) {
				assertThat(headers.get("sec-websocket-version")).hasToString("13");
			}
			stream.awaitEndOfBytes();
		}

		void end(Http2Stream stream) {
			if (isOpenAfter()) {
				stream.endStream();
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Controller.class)
	static class Application {

		@Bean
		HandlerMapping mapping() {
			WebSocketHandler echo = (session) -> session.send(session.receive().doOnNext(WebSocketMessage::retain));
			WebSocketHandler throwing = (session) -> {
				throw new IllegalStateException("thrown by a handler");
			};
			WebSocketHandler failing = (session) -> Mono.error(new IllegalStateException("failure of a handler"));
			WebSocketHandler failingLater = (session) -> Mono.delay(Duration.ofMillis(1)).then(failing.handle(session));
			return new SimpleUrlHandlerMapping(
					Map.of("/echo", echo, "/throws", throwing, "/fails", failing, "/fails-later", failingLater), -1);
		}

		@Bean
		RouterFunction<ServerResponse> function() {
			return RouterFunctions.route()
				.GET("/function", (request) -> ServerResponse.ok().bodyValue("function"))
				.build();
		}

		@Bean
		WebFilter filter() {
			return (exchange, chain) -> {
				ServerHttpResponse response = exchange.getResponse();
				return switch (exchange.getRequest().getPath().value()) {
					case "/filter/completes" -> Mono.empty();
					case "/filter/empty" -> response.setComplete();
					case "/filter/created" -> answer(response, HttpStatus.CREATED);
					case "/filter/body" -> response.writeWith(Mono.fromSupplier(() -> buffer(response)));
					case "/filter/bodies" -> response
						.writeAndFlushWith(Flux.range(0, 3).map((i) -> Flux.range(0, 3).map((j) -> buffer(response))));
					case "/filter/redirect" -> {
						response.getHeaders().set("location", "/login");
						yield answer(response, HttpStatus.FOUND);
					}
					case "/filter/unauthorized" ->
						Mono.delay(Duration.ofMillis(1)).then(answer(response, HttpStatus.UNAUTHORIZED));
					default -> chain.filter(exchange);
				};
			};
		}

		private static Mono<Void> answer(ServerHttpResponse response, HttpStatus status) {
			return Mono.defer(() -> {
				response.setStatusCode(status);
				return response.setComplete();
			});
		}

		private static DataBuffer buffer(ServerHttpResponse response) {
			DataBuffer buffer = response.bufferFactory().allocateBuffer(16);
			return buffer.write("answer".getBytes(StandardCharsets.UTF_8));
		}

	}

	@RestController
	static class Controller {

		@GetMapping("/controller")
		String get() {
			return "controller";
		}

		@PostMapping("/length")
		Mono<String> post(@RequestBody Flux<DataBuffer> body) {
			return body.map((buffer) -> {
				int length = buffer.readableByteCount();
				DataBufferUtils.release(buffer);
				return length;
			}).reduce(0, Integer::sum).map(String::valueOf);
		}

	}

}
