package io.github.websockethttp2.server;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.channel.WebSocketSessionHandler;
import io.github.websockethttp2.frame.FrameDecoder;
import io.github.websockethttp2.frame.FrameEncoder;
import io.github.websockethttp2.frame.TextFrameValidator;
import io.github.websockethttp2.testsupport.EndOfBytes;
import io.github.websockethttp2.testsupport.Http1Client;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.github.websockethttp2.transport.Http1Transport;
import io.github.websockethttp2.transport.Http2StreamTransport;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.netty.NettyPipeline;
import reactor.netty.channel.ChannelOperations;
import reactor.netty.http.server.HttpServerState;

import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What {@link StreamUpgrade} relies on in Reactor Netty beyond its public API. When a new
 * version of it fails here, this is where the reason is.
 */
class StreamUpgradeTests {

	private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(1);

	@RegisterExtension
	static final TestServers servers = new TestServers(Plain.class);

	@RegisterExtension
	static final TestServers equippedServers = new TestServers(Equipped.class);

	@BeforeEach
	void reset() {
		Plain.EXCHANGES.clear();
		Plain.LEFTOVERS.clear();
	}

	@ParameterizedTest
	@EnumSource
	void exchangeIsServedByTheHandlersThatAreKnown(Transport transport) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			echo(connection.open("/echo"));
			List<String> names = Plain.exchange().handlerNames();
			assertThat(names).doesNotHaveDuplicates()
				.filteredOn((name) -> name.startsWith(NettyPipeline.LEFT) || name.startsWith(NettyPipeline.RIGHT))
				.containsExactlyElementsOf(knownNames(transport));
		}
	}

	private static List<String> knownNames(Transport transport) {
		return switch (transport) {
			// Where HTTP/2 in cleartext is on, the codec of HTTP/1.1 goes by no name
			case H1 -> List.of(NettyPipeline.HttpTrafficHandler, NettyPipeline.ReactiveBridge);
			case H1_TLS ->
				List.of(NettyPipeline.HttpCodec, NettyPipeline.HttpTrafficHandler, NettyPipeline.ReactiveBridge);
			case H2C, H2 ->
				List.of(NettyPipeline.H2ToHttp11Codec, NettyPipeline.HttpTrafficHandler, NettyPipeline.ReactiveBridge);
		};
	}

	@ParameterizedTest
	@EnumSource
	void onlyTheSessionIsLeftOnTheChannel(Transport transport) {
		assertOnlySessionIsLeft(servers, transport, List.of());
	}

	@ParameterizedTest
	@EnumSource
	void onlyTheSessionAndTheMeterOfConnectionsAreLeftOnTheChannel(Transport transport) {
		assertOnlySessionIsLeft(equippedServers, transport,
				(transport.isHttp2()) ? List.of() : List.of(NettyPipeline.HttpMetricsHandler));
	}

	private static void assertOnlySessionIsLeft(TestServers servers, Transport transport, List<String> others) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			echo(connection.open("/echo"));
			Channel channel = Plain.exchange().channel();
			List<Class<?>> expected = new ArrayList<>(List.of(
					(transport.isHttp2()) ? Http2StreamTransport.class : Http1Transport.class, FrameDecoder.class,
					FrameEncoder.class, TextFrameValidator.class, WebSocketSessionHandler.class));
			if (transport == Transport.H1_TLS) {
				expected.add(0, SslHandler.class);
			}
			await().pollInterval(Duration.ofMillis(2))
				.untilAsserted(() -> assertThat(handlers(channel)).hasSize(expected.size() + others.size()));
			assertThat(handlers(channel).values()).startsWith(expected.toArray(Class<?>[]::new));
			assertThat(handlers(channel).keySet()).containsAll(others);
			assertThat(ChannelOperations.get(channel)).isNull();
		}
	}

	private static Map<String, Class<?>> handlers(Channel channel) {
		Map<String, Class<?>> handlers = new LinkedHashMap<>();
		channel.pipeline().forEach((entry) -> handlers.put(entry.getKey(), entry.getValue().getClass()));
		return handlers;
	}

	/**
	 * With Boot's observations on, so that one of the handshake is in the context of the
	 * session's handler.
	 */
	@ParameterizedTest
	@EnumSource
	void nothingKeepsTheExchange(Transport transport) throws InterruptedException {
		assertExchangeIsCollected(servers, transport);
	}

	@ParameterizedTest
	@EnumSource
	void nothingKeepsTheExchangeOfAServerWithMeters(Transport transport) throws InterruptedException {
		assertExchangeIsCollected(equippedServers, transport);
	}

	private static void assertExchangeIsCollected(TestServers servers, Transport transport)
			throws InterruptedException {
		try (WebSocketConnection connection = servers.connect(transport)) {
			WebSocketStream socket = connection.open("/echo");
			echo(socket);
			assertThat(Plain.LEFTOVERS).hasSize(5);
			for (int i = 0; i < 50 && !Plain.LEFTOVERS.isEmpty(); i++) {
				System.gc();
				Reference<?> collected = Plain.COLLECTED.remove(200);
				while (collected != null) {
					Plain.LEFTOVERS.remove(collected);
					collected = Plain.COLLECTED.poll();
				}
			}
			assertThat(Plain.LEFTOVERS).isEmpty();
			echo(socket);
		}
	}

	@ParameterizedTest
	@EnumSource
	void idleTimeoutIsNotThatOfASession(Transport transport) {
		try (WebSocketConnection connection = equippedServers.connect(transport)) {
			WebSocketStream socket = connection.open("/echo");
			echo(socket);
			try (Http1Client idle = http1(equippedServers, transport)) {
				assertThat(idle.awaitEndOfBytes()).isEqualTo(EndOfBytes.TCP_CLOSED);
			}
			echo(socket);
		}
	}

	private static Http1Client http1(TestServers servers, Transport transport) {
		int port = servers.server(transport).port();
		return (transport.isTls()) ? Http1Client.connectTls(port) : Http1Client.connect(port);
	}

	@ParameterizedTest
	@EnumSource
	void accessLogHasTheHandshake(Transport transport) {
		equippedServers.server(transport);
		try (LogCapture log = LogCapture.start("reactor.netty.http.server.AccessLog", Level.INFO);
				WebSocketConnection connection = equippedServers.connect(transport)) {
			echo(connection.open("/echo"));
			String line = (transport.isHttp2()) ? "\"CONNECT /echo HTTP/2.0\" 200" : "\"GET /echo HTTP/1.1\" 101";
			await().pollInterval(Duration.ofMillis(2))
				.untilAsserted(() -> assertThat(log.messages())
					// Those of sessions that have ended may be late
					.filteredOn((message) -> !message.contains("WEBSOCKET"))
					.singleElement()
					.asString()
					.contains(line));
		}
	}

	/**
	 * The total of HTTP/2 connections is left out: in Reactor Netty 1.3.7 it never falls,
	 * whatever the connections are used for.
	 */
	@ParameterizedTest
	@EnumSource
	void metersOfConnectionsAndStreamsGoBack(Transport transport) {
		List<String> names = (transport.isHttp2()) ? List.of("connections.active", "streams.active")
				: List.of("connections.active", "connections.total");
		int port = equippedServers.server(transport).port();
		List<Double> before = names.stream().map((name) -> gauge(name, port)).toList();
		try (WebSocketConnection connection = equippedServers.connect(transport)) {
			WebSocketStream socket = connection.open("/echo");
			echo(socket);
			assertThat(gauge("connections.total", port)).isPositive();
			socket.sendClose(1000, "");
			assertThat(socket.awaitClose().code()).isEqualTo(1000);
			socket.endStream();
			socket.awaitEndOfBytes();
		}
		for (int i = 0; i < names.size(); i++) {
			String name = names.get(i);
			double expected = before.get(i);
			await().pollInterval(Duration.ofMillis(2))
				.untilAsserted(() -> assertThat(gauge(name, port)).as(name).isBetween(0.0, expected));
		}
	}

	private static double gauge(String name, int port) {
		return Metrics.globalRegistry.getMeters()
			.stream()
			.filter((meter) -> meter.getId().getName().equals("reactor.netty.http.server." + name))
			.filter((meter) -> String.valueOf(meter.getId().getTag("local.address")).endsWith(":" + port))
			.mapToDouble((meter) -> ((Gauge) meter).value())
			.sum();
	}

	private static void echo(WebSocketStream socket) {
		socket.sendText("echo");
		assertThat(socket.awaitText()).isEqualTo("echo");
	}

	/**
	 * What served an exchange.
	 *
	 * @param channel the channel
	 * @param handlerNames the names of its handlers when the request had come
	 */
	record Exchange(Channel channel, List<String> handlerNames) {

	}

	@Configuration(proxyBeanMethods = false)
	static class Plain {

		static final BlockingQueue<Exchange> EXCHANGES = new LinkedBlockingQueue<>();

		static final ReferenceQueue<Object> COLLECTED = new ReferenceQueue<>();

		static final Queue<Reference<?>> LEFTOVERS = new ConcurrentLinkedQueue<>();

		static Exchange exchange() {
			return Waiting.take(EXCHANGES);
		}

		@Bean
		NettyServerCustomizer exchangeRecorder() {
			return (server) -> server.childObserve((connection, state) -> {
				if (state == HttpServerState.REQUEST_RECEIVED) {
					EXCHANGES.add(new Exchange(connection.channel(), connection.channel().pipeline().names()));
				}
			});
		}

		@Bean
		WebFilter leftoverRecorder() {
			return (exchange, chain) -> {
				Stream
					.of(exchange, exchange.getRequest(), exchange.getResponse(),
							ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest()),
							ServerHttpResponseDecorator.getNativeResponse(exchange.getResponse()))
					.forEach((leftover) -> LEFTOVERS.add(new PhantomReference<>(leftover, COLLECTED)));
				return chain.filter(exchange);
			};
		}

		@Bean
		HandlerMapping mapping() {
			WebSocketHandler echo = (session) -> session.send(session.receive().doOnNext(WebSocketMessage::retain));
			return new SimpleUrlHandlerMapping(Map.of("/echo", echo), -1);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Plain.class)
	static class Equipped {

		@Bean
		NettyServerCustomizer equipment() {
			return (server) -> server.metrics(true, Function.identity())
				.accessLog(true)
				.compress(true)
				.idleTimeout(IDLE_TIMEOUT);
		}

	}

}
