package io.github.websockethttp2.server;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketConnection.Head;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBuffer;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.HandlerAdapter;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A handshake over HTTP/2 runs what the GET over HTTP/1.1 runs: what upgrades opens a
 * WebSocket, whatever it is, and what does not is answered with 404.
 */
class ApplicationUpgradeTests {

	// Sessions of Reactor Netty's own do not always end when their client leaves
	@RegisterExtension
	static final TestServers servers = new TestServers(Application.class, "websocket.http2.close-timeout=100ms");

	@ParameterizedTest
	@CsvSource({ "H1, controller", "H1, function", "H1, adapter", "H1, web-handler", "H1, filter", "H1, native",
			"H2C, controller", "H2C, function", "H2C, adapter", "H2C, web-handler", "H2C, filter", "H2C, native",
			"H2, controller", "H2, native" })
	void whateverUpgradesOpensTheSocket(Transport transport, String who) {
		for (String path : (who.equals("native")) ? new String[] { "/native" }
				: new String[] { "/" + who + "/bean", "/" + who + "/plain" }) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				WebSocketStream socket = connection.open(path);
				socket.sendText("hello");
				assertThat(socket.awaitText()).as(path).isEqualTo("hello");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "text", "entity", "nothing", "empty", "function-text", "created", "switching-protocols",
			"resource", "native-completes" })
	void whatDoesNotUpgradeIsNotFound(String path) {
		try (WebSocketConnection connection = servers.connect(Transport.H1)) {
			assertThat(connection.request("GET", "/" + path).status()).isIn(200, 201, 101);
		}
		try (WebSocketConnection connection = servers.connect(Transport.H2C); LogCapture log = LogCapture.start()) {
			Head head = connection.tryOpen("/" + path);
			assertThat(head.status()).isEqualTo(404);
			assertThat(head.header("content-length")).isEqualTo("0");
			assertThat(head.header("content-type")).isNull();
			assertThat(connection.request("GET", "/text").status()).isEqualTo(200);
			log.assertNothingAbove(Level.DEBUG);
		}
	}

	/**
	 * None of which waits for an element.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "events", "silent", "endless-text", "endless-bytes", "endless-writes", "fails-later" })
	void bodyIsCancelledUnread(String path) {
		Application.subscribed.set(0);
		Application.cancelled.set(0);
		Application.produced.set(0);
		try (WebSocketConnection connection = servers.connect(Transport.H2C); LogCapture log = LogCapture.start()) {
			for (int i = 0; i < 20; i++) {
				assertThat(connection.handshake("/" + path)).isEqualTo(404);
			}
			assertThat(Application.subscribed).hasValue(20);
			assertThat(Application.cancelled).hasValue(20);
			assertThat(Application.produced).hasValue(0);
			log.assertNothingAbove(Level.DEBUG);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/filter-mono", "/filter-flux", "/filter-never" })
	void bodyThatIsThereAlreadyIsReleased(String path) {
		Application.buffers.set(null);
		try (WebSocketConnection connection = servers.connect(Transport.H2C)) {
			assertThat(connection.handshake(path)).isEqualTo(404);
			DataBuffer buffer = Application.buffers.get();
			if (buffer != null) {
				assertThat(((NettyDataBuffer) buffer).getNativeBuffer().refCnt()).isZero();
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "/unauthorized, 401", "/redirect, 302", "/not-modified, 304", "/conflict, 409", "/nowhere, 404" })
	void otherAnswersPassAsTheyAre(String path, int status) {
		for (Transport transport : new Transport[] { Transport.H1, Transport.H2C }) {
			try (WebSocketConnection connection = servers.connect(transport); LogCapture log = LogCapture.start()) {
				assertThat(connection.handshake(path)).as("%s over %s", path, transport).isEqualTo(status);
				log.assertNothingAbove(Level.DEBUG);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void failureOfAControllerIs500(Transport transport) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			assertThat(connection.handshake("/fails")).isEqualTo(500);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "text", "entity", "events", "empty", "nothing", "native-completes" })
	void observationHasTheStatusThatTheClientGets(String path) {
		MeterRegistry meters = servers.server(Transport.H2C).bean(MeterRegistry.class);
		String[] tags = { "method", "GET", "uri", "/" + path, "status", "404" };
		long before = count(meters, tags);
		try (WebSocketConnection connection = servers.connect(Transport.H2C)) {
			assertThat(connection.handshake("/" + path)).isEqualTo(404);
			await().untilAsserted(() -> assertThat(count(meters, tags)).isEqualTo(before + 1));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "text", "entity", "empty" })
	void saysWhyItIsNotFound(String path) {
		servers.server(Transport.H2C);
		try (WebSocketConnection connection = servers.connect(Transport.H2C);
				LogCapture log = LogCapture.start("io.github.websockethttp2.server", Level.DEBUG)) {
			assertThat(connection.handshake("/" + path)).isEqualTo(404);
			await().untilAsserted(() -> assertThat(log.messages())
				.anyMatch((line) -> line.contains("/" + path) && line.contains("200") && line.contains("404")));
		}
	}

	private static long count(MeterRegistry meters, String... tags) {
		Timer timer = meters.find("http.server.requests").tags(tags).timer();
		return (timer != null) ? timer.count() : 0;
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Controller.class)
	static class Application {

		static final AtomicInteger subscribed = new AtomicInteger();

		static final AtomicInteger cancelled = new AtomicInteger();

		static final AtomicInteger produced = new AtomicInteger();

		static final AtomicReference<DataBuffer> buffers = new AtomicReference<>();

		static final WebSocketHandler ECHO = (session) -> session
			.send(session.receive().doOnNext(WebSocketMessage::retain));

		@Bean
		WebSocketService webSocketService() {
			return new HandshakeWebSocketService();
		}

		/**
		 * One that is a bean, and one that nobody knows of.
		 */
		static WebSocketService service(ServerWebExchange exchange) {
			return (exchange.getRequest().getPath().value().endsWith("/bean"))
					? exchange.getApplicationContext().getBean(WebSocketService.class)
					: new HandshakeWebSocketService();
		}

		static Mono<Void> upgrade(ServerWebExchange exchange) {
			return service(exchange).handleRequest(exchange, ECHO);
		}

		@Bean
		RouterFunction<ServerResponse> functions() {
			return RouterFunctions.route()
				.GET("/function/{which}", (request) -> upgrade(request.exchange()).then(Mono.empty()))
				.GET("/function-text", (request) -> ServerResponse.ok().bodyValue("text"))
				.build();
		}

		@Bean
		HandlerMapping mapping() {
			WebHandler webHandler = Application::upgrade;
			return new SimpleUrlHandlerMapping(
					Map.of("/adapter/{which}", new Upgrading(), "/web-handler/{which}", webHandler), -1);
		}

		@Bean
		HandlerAdapter adapter() {
			return new HandlerAdapter() {

				@Override
				public boolean supports(Object handler) {
					return handler instanceof Upgrading;
				}

				@Override
				public Mono<HandlerResult> handle(ServerWebExchange exchange, Object handler) {
					return upgrade(exchange).then(Mono.empty());
				}

			};
		}

		@Bean
		WebFilter filter() {
			Map<String, Function<ServerWebExchange, Mono<Void>>> answers = Map.of("/filter/bean", Application::upgrade,
					"/filter/plain", Application::upgrade, "/filter-mono",
					(exchange) -> exchange.getResponse().writeWith(Mono.just(buffer(exchange.getResponse()))),
					"/filter-flux",
					(exchange) -> exchange.getResponse().writeWith(Flux.just(buffer(exchange.getResponse()))),
					"/filter-never", (exchange) -> exchange.getResponse().writeWith(Mono.never()));
			return (exchange, chain) -> answers
				.getOrDefault(exchange.getRequest().getPath().value(), (unmapped) -> chain.filter(unmapped))
				.apply(exchange);
		}

		private static DataBuffer buffer(ServerHttpResponse response) {
			DataBuffer buffer = response.bufferFactory().allocateBuffer(16);
			buffers.set(buffer);
			return buffer.write("answer".getBytes(StandardCharsets.UTF_8));
		}

	}

	/**
	 * A handler of the application's own kind.
	 */
	static final class Upgrading {

	}

	@RestController
	static class Controller {

		@GetMapping("/controller/{which}")
		Mono<Void> upgrade(ServerWebExchange exchange) {
			return Application.upgrade(exchange);
		}

		@GetMapping("/native")
		Mono<Void> upgradeByItself(ServerHttpResponse response) {
			HttpServerResponse reactorResponse = ServerHttpResponseDecorator.getNativeResponse(response);
			return reactorResponse
				.sendWebsocket((in, out) -> out.sendObject(in.receiveFrames().map((f) -> f.retain())));
		}

		@GetMapping("/native-completes")
		Mono<Void> nativeCompletes(ServerHttpResponse response) {
			ServerHttpResponseDecorator.getNativeResponse(response);
			return response.setComplete();
		}

		@GetMapping("/text")
		String text() {
			return "text";
		}

		@GetMapping("/entity")
		ResponseEntity<Void> entity() {
			return ResponseEntity.ok().build();
		}

		@GetMapping("/nothing")
		void nothing() {
		}

		@GetMapping("/empty")
		Mono<String> empty() {
			return Mono.empty();
		}

		@GetMapping("/created")
		ResponseEntity<String> created() {
			return ResponseEntity.status(HttpStatus.CREATED).body("created");
		}

		@GetMapping("/switching-protocols")
		Mono<Void> switchingProtocols(ServerHttpResponse response) {
			response.setStatusCode(HttpStatus.SWITCHING_PROTOCOLS);
			return response.setComplete();
		}

		@GetMapping("/resource")
		Resource resource() {
			return new ByteArrayResource(new byte[256 * 1024]);
		}

		@GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
		Flux<Long> events() {
			return counted(Flux.interval(Duration.ZERO, Duration.ofMillis(1)));
		}

		@GetMapping(path = "/silent", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
		Flux<String> silent() {
			return counted(Flux.never());
		}

		@GetMapping(path = "/endless-text", produces = MediaType.TEXT_PLAIN_VALUE)
		Flux<String> endlessText() {
			return counted(Flux.generate((sink) -> sink.next("text")));
		}

		@GetMapping("/endless-bytes")
		Mono<Void> endlessBytes(ServerHttpResponse response) {
			return response.writeWith(counted(Flux.generate((sink) -> sink.next(Application.buffer(response)))));
		}

		@GetMapping("/endless-writes")
		Mono<Void> endlessWrites(ServerHttpResponse response) {
			return response.writeAndFlushWith(
					counted(Flux.generate((sink) -> sink.next(Mono.just(Application.buffer(response))))));
		}

		@GetMapping("/fails-later")
		Mono<Void> failsLater(ServerHttpResponse response) {
			return response.writeWith(counted(
					Flux.<DataBuffer>never().mergeWith(Flux.error(new IllegalStateException("failure of a body")))));
		}

		@GetMapping("/unauthorized")
		ResponseEntity<String> unauthorized() {
			return ResponseEntity.status(HttpStatus.UNAUTHORIZED).body("log in");
		}

		@GetMapping("/redirect")
		ResponseEntity<Void> redirect() {
			return ResponseEntity.status(HttpStatus.FOUND).header("location", "/login").build();
		}

		@GetMapping("/not-modified")
		ResponseEntity<Void> notModified() {
			return ResponseEntity.status(HttpStatus.NOT_MODIFIED).build();
		}

		@GetMapping("/conflict")
		Mono<String> conflict() {
			return Mono.error(new ResponseStatusException(HttpStatus.CONFLICT));
		}

		@GetMapping("/fails")
		Mono<String> fails() {
			return Mono.error(new IllegalStateException("failure of a controller"));
		}

		private static <T> Flux<T> counted(Flux<T> source) {
			return source.doOnNext((element) -> Application.produced.incrementAndGet())
				.doOnSubscribe((subscription) -> Application.subscribed.incrementAndGet())
				.doOnCancel(Application.cancelled::incrementAndGet);
		}

	}

}
