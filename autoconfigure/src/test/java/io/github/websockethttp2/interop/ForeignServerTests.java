package io.github.websockethttp2.interop;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.websockethttp2.client.Http2WebSocketClient;
import io.github.websockethttp2.proxy.ProxyProcess;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The contract of the client, over every transport that a server by others has.
 */
class ForeignServerTests {

	private static final Path PAGE = Path.of("..", "docs", "client.md");

	/** More than a stream's window, and than Netty's, Node's and Jetty's buffers. */
	private static final int BIG = 1_000_000;

	private static final int SOCKETS = 50;

	private static final Map<ForeignServer, ProxyProcess> CLEARTEXT = new EnumMap<>(ForeignServer.class);

	private static final Map<ForeignServer, ProxyProcess> TLS = new EnumMap<>(ForeignServer.class);

	@TempDir
	private static Path directory;

	private final AtomicInteger connections = new AtomicInteger();

	static Stream<Arguments> servers() {
		return Stream.of(ForeignServer.values())
			.flatMap((server) -> Stream.of(Transport.values())
				.filter((transport) -> server != ForeignServer.NODE || transport.isHttp2())
				.map((transport) -> Arguments.of(server, transport)));
	}

	@AfterAll
	static void stop() {
		Stream.of(CLEARTEXT, TLS).forEach((servers) -> {
			servers.values().forEach(ProxyProcess::close);
			servers.clear();
		});
	}

	@ParameterizedTest
	@EnumSource
	void announcesWhatTheDocumentationSays(ForeignServer server) throws IOException {
		Http2Settings settings;
		try (Http2Client client = Http2Client.connectTls(process(server, Transport.H2).port())) {
			settings = client.serverSettings();
		}
		assertThat(settings.get((char) 0x8)).isEqualTo(1L);
		String row = "| %s | %s | %s | %s | %s |".formatted(server, settings.maxConcurrentStreams(),
				settings.initialWindowSize(), settings.maxFrameSize(), settings.maxHeaderListSize());
		assertThat(Files.readAllLines(PAGE))
			.anySatisfy((line) -> assertThat(line).startsWith(row.replace("null", "–")));
	}

	@ParameterizedTest
	@MethodSource("servers")
	void echoes(ForeignServer server, Transport transport) {
		AtomicReference<WebSocketTransport> carried = new AtomicReference<>();
		List<Object> received = new CopyOnWriteArrayList<>();
		StepVerifier.create(client(transport).build()
			.execute(url(server, transport, "/echo"), origin(server, transport), (session) -> {
				carried.set(WebSocketTransport.of(session));
				Flux<WebSocketMessage> messages = Flux.just(session.textMessage("grüße"), session.textMessage(""),
						session.binaryMessage((factory) -> factory.wrap(new byte[] { 0, 1, (byte) 0xff })),
						session.textMessage("x".repeat(BIG)));
				return session.send(messages)
					.and(session.receive().take(4).map(ForeignServerTests::payload).doOnNext(received::add));
			})).expectComplete().verify(Waiting.LONG_TIMEOUT);
		assertThat(received).containsExactly("grüße", "", ByteBuffer.wrap(new byte[] { 0, 1, (byte) 0xff }),
				"x".repeat(BIG));
		assertThat(carried.get().protocol()).isEqualTo(
				(transport.isHttp2()) ? WebSocketTransport.Protocol.HTTP_2 : WebSocketTransport.Protocol.HTTP_1_1);
	}

	private static Object payload(WebSocketMessage message) {
		if (message.getType() == WebSocketMessage.Type.TEXT) {
			return message.getPayloadAsText();
		}
		DataBuffer payload = message.getPayload();
		ByteBuffer bytes = ByteBuffer.allocate(payload.readableByteCount());
		payload.toByteBuffer(bytes);
		return bytes;
	}

	/** ASGI has messages but no frames. */
	@ParameterizedTest
	@MethodSource("servers")
	void fragmentsBecomeOneMessage(ForeignServer server, Transport transport) {
		if (server == ForeignServer.HYPERCORN) {
			assertRefused(server, transport, "/fragments", 404);
			return;
		}
		List<String> received = new CopyOnWriteArrayList<>();
		StepVerifier
			.create(client(transport).build()
				.execute(url(server, transport, "/fragments"), origin(server, transport), (session) -> session
					.send(Mono.just(session.textMessage("abc".repeat(BIG / 3))))
					.and(session.receive().take(1).map(WebSocketMessage::getPayloadAsText).doOnNext(received::add))))
			.expectComplete()
			.verify(Waiting.LONG_TIMEOUT);
		assertThat(received).containsExactly("abc".repeat(BIG / 3));
	}

	/** Hypercorn says 1000 or 1006 to its application, whatever has come. */
	@ParameterizedTest
	@MethodSource("servers")
	void codeOfTheClientArrives(ForeignServer server, Transport transport) {
		CloseStatus seen = closeStatus(server, transport, "/echo",
				(session) -> session.receive().take(1).then(session.close(new CloseStatus(4001, "mine"))));
		assertThat(seen.getCode()).isEqualTo(4001);
		ProxyProcess process = process(server, transport);
		await().until(() -> process.log()
			.contains((server != ForeignServer.HYPERCORN) ? "closed /echo 4001" : "closed /echo"));
	}

	@ParameterizedTest
	@MethodSource("servers")
	void codeOfTheServerArrives(ForeignServer server, Transport transport) {
		CloseStatus seen = closeStatus(server, transport, "/close", (session) -> session.receive().then());
		assertThat(seen).isEqualTo(new CloseStatus(4000, "enough"));
	}

	/** Hypercorn closes by itself, with 1000, when its application fails. */
	@ParameterizedTest
	@MethodSource("servers")
	void endWithoutCloseFrameIs1006(ForeignServer server, Transport transport) {
		CloseStatus seen = closeStatus(server, transport, "/abort", (session) -> session.receive().then());
		assertThat(seen.getCode()).isEqualTo((server != ForeignServer.HYPERCORN) ? 1006 : 1000);
	}

	private CloseStatus closeStatus(ForeignServer server, Transport transport, String path, WebSocketHandler handler) {
		AtomicReference<CloseStatus> seen = new AtomicReference<>();
		StepVerifier.create(client(transport).build()
			.execute(url(server, transport, path), origin(server, transport), (session) -> {
				session.closeStatus().subscribe(seen::set);
				return session.send(Mono.just(session.textMessage("go")))
					.and(handler.handle(session).onErrorComplete());
			})).expectComplete().verify(Waiting.LONG_TIMEOUT);
		await().untilAtomic(seen, (status) -> assertThat(status).isNotNull());
		return seen.get();
	}

	@ParameterizedTest
	@MethodSource("servers")
	void subProtocolIsChosen(ForeignServer server, Transport transport) {
		assertThat(open(client(transport), server, transport, "/chat", List.of("other", "chat")).getSubProtocol())
			.isEqualTo("chat");
	}

	@ParameterizedTest
	@MethodSource("servers")
	void compressionIsAgreedWhereTheServerHasIt(ForeignServer server, Transport transport) {
		List<String> agreed = open(client(transport).compression(true), server, transport, "/echo", List.of())
			.getHeaders()
			.getOrEmpty("Sec-WebSocket-Extensions");
		if (server == ForeignServer.ARMERIA) {
			assertThat(agreed).isEmpty();
		}
		else {
			assertThat(agreed).singleElement().asString().startsWith("permessage-deflate");
		}
	}

	/** Opens a socket on which a message comes back. */
	private HandshakeInfo open(Http2WebSocketClient.Builder client, ForeignServer server, Transport transport,
			String path, List<String> subProtocols) {
		AtomicReference<HandshakeInfo> info = new AtomicReference<>();
		StepVerifier.create(
				client.build().execute(url(server, transport, path), origin(server, transport), new WebSocketHandler() {

					@Override
					public List<String> getSubProtocols() {
						return subProtocols;
					}

					@Override
					public Mono<Void> handle(WebSocketSession session) {
						info.set(session.getHandshakeInfo());
						String text = "abc".repeat(10_000);
						return session.send(Mono.just(session.textMessage(text)))
							.and(session.receive()
								.take(1)
								.doOnNext((message) -> assertThat(message.getPayloadAsText()).isEqualTo(text)));
					}

				}))
			.expectComplete()
			.verify(Waiting.LONG_TIMEOUT);
		return info.get();
	}

	/**
	 * Over HTTP/1.1, Armeria answers 400 to an upgrade on a path that it does not know.
	 */
	@ParameterizedTest
	@MethodSource("servers")
	void refusalHasTheResponse(ForeignServer server, Transport transport) {
		assertRefused(server, transport, "/nowhere",
				(server == ForeignServer.ARMERIA && !transport.isHttp2()) ? 400 : 404);
	}

	private void assertRefused(ForeignServer server, Transport transport, String path, int expected) {
		StepVerifier
			.create(client(transport).build()
				.execute(url(server, transport, path), origin(server, transport), (session) -> Mono.empty()))
			.expectErrorSatisfies((error) -> {
				assertThat(error).isInstanceOf(WebSocketClientHandshakeException.class);
				assertThat(((WebSocketClientHandshakeException) error).response().status().code()).isEqualTo(expected);
			})
			.verify(Waiting.LONG_TIMEOUT);
	}

	@ParameterizedTest
	@MethodSource("servers")
	void socketsShareAConnectionOverHttp2(ForeignServer server, Transport transport) {
		Http2WebSocketClient client = client(transport).build();
		Sinks.Empty<Void> end = Sinks.empty();
		AtomicInteger open = new AtomicInteger();
		List<Mono<Void>> sockets = IntStream.range(0, SOCKETS)
			.mapToObj((index) -> client.execute(url(server, transport, "/echo"), origin(server, transport),
					(session) -> session.send(Mono.just(session.textMessage("" + index)))
						.thenMany(session.receive().take(1).doOnNext((message) -> {
							assertThat(message.getPayloadAsText()).isEqualTo("" + index);
							open.incrementAndGet();
						}))
						.then(end.asMono())))
			.toList();
		StepVerifier.create(Mono.when(new ArrayList<>(sockets)))
			.then(() -> await().untilAtomic(open, (count) -> assertThat(count).isEqualTo(SOCKETS)))
			.then(end::tryEmitEmpty)
			.expectComplete()
			.verify(Waiting.LONG_TIMEOUT);
		assertThat(this.connections).hasValue((transport.isHttp2()) ? 1 : SOCKETS);
	}

	private Http2WebSocketClient.Builder client(Transport transport) {
		return Http2WebSocketClient.builder()
			.tls((context) -> context.trustManager(InsecureTrustManagerFactory.INSTANCE))
			.tcp((tcp) -> tcp.doOnConnected((connection) -> this.connections.incrementAndGet()))
			.maxMessageSize(DataSize.ofMegabytes(2))
			.http2(transport.isHttp2())
			.priorKnowledge(transport == Transport.H2C)
			.fallback(false);
	}

	private static URI url(ForeignServer server, Transport transport, String path) {
		return transport.url(process(server, transport).port(), path);
	}

	/**
	 * Armeria accepts its own origin only, and none that says nothing. The others get
	 * what the client sends by itself: none.
	 */
	private static HttpHeaders origin(ForeignServer server, Transport transport) {
		HttpHeaders headers = new HttpHeaders();
		if (server == ForeignServer.ARMERIA) {
			headers.setOrigin(url(server, transport, "").toString().replaceFirst("^ws", "http"));
		}
		return headers;
	}

	private static synchronized ProxyProcess process(ForeignServer server, Transport transport) {
		return ((transport.isTls()) ? TLS : CLEARTEXT).computeIfAbsent(server, (key) -> {
			try {
				return key.start(Files.createTempDirectory(directory, "server"), transport.isTls());
			}
			catch (IOException ex) {
				throw new AssertionError(ex);
			}
		});
	}

}
