package io.github.websockethttp2.server.http2;

import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.testsupport.EchoHandlers;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.Http2Stream;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.RawHttp2;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is on its way to a stream that Netty has reset without creating it harms nobody
 * else (RFC 9113, sections 5.1 and 5.4.2).
 */
class RefusedStreamTests {

	private static final int STREAMS = 10;

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(EchoHandlers.class, "websocket.http2.stream-window-size=65535B",
			"websocket.http2.connection-window-size=65535B", "websocket.http2.max-streams-per-connection=" + STREAMS,
			"websocket.http2.max-sessions-per-connection=" + STREAMS);

	static Stream<Arguments> refusalsAndFrames() {
		return Stream.of(Transport.H2C, Transport.H2)
			.flatMap((transport) -> Arrays.stream(Refusal.values())
				.flatMap((refusal) -> Arrays.stream(InFlight.values())
					.map((inFlight) -> Arguments.arguments(transport, refusal, inFlight))));
	}

	@ParameterizedTest
	@MethodSource("refusalsAndFrames")
	void frameInFlightHarmsNobodyElse(Transport transport, Refusal refusal, InFlight inFlight) {
		try (Http2Client client = client(transport); LogCapture log = LogCapture.start()) {
			WebSocketStream sibling = client.openWebSocket("/echo");
			client.inOneFlight(() -> inFlight.send(client, refusal.open(client)));
			Http2Stream afterwards = refusal.open(client);
			assertThat(afterwards.awaitReset()).isEqualTo(Http2Error.PROTOCOL_ERROR);
			inFlight.send(client, afterwards);
			client.barrier();
			assertThatItEchoes(sibling);
			assertThatItEchoes(client.openWebSocket("/echo"));
			assertThat(client.goAways()).isEmpty();
			log.assertNothingAbove(Level.DEBUG);
		}
	}

	/**
	 * Beyond the number of streams that a connection may have, too.
	 */
	@ParameterizedTest
	@EnumSource
	void frameForAStreamTooManyHarmsNobodyElse(InFlight inFlight) {
		try (Http2Client client = client(Transport.H2C); LogCapture log = LogCapture.start()) {
			WebSocketStream[] sockets = new WebSocketStream[STREAMS];
			Arrays.setAll(sockets, (i) -> client.openWebSocket("/echo"));
			client.inOneFlight(() -> inFlight.send(client, client.open(client.webSocket("/echo"), false)));
			Http2Stream afterwards = client.open(client.webSocket("/echo"), false);
			assertThat(afterwards.awaitReset()).isEqualTo(Http2Error.REFUSED_STREAM);
			inFlight.send(client, afterwards);
			client.barrier();
			Arrays.stream(sockets).forEach(RefusedStreamTests::assertThatItEchoes);
			assertThat(client.open(client.webSocket("/echo"), false).awaitReset()).isEqualTo(Http2Error.REFUSED_STREAM);
			sockets[0].sendClose(1000, "");
			sockets[0].awaitClose();
			sockets[0].endStream();
			sockets[0].awaitEndOfBytes();
			assertThatItEchoes(client.openWebSocket("/echo"));
			assertThat(client.goAways()).isEmpty();
			log.assertNothingAbove(Level.DEBUG);
		}
	}

	/**
	 * They take no slot, and what was sent on them goes back to the connection's window.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void refusedStreamsLeaveNothingBehind(Transport transport) {
		try (Http2Client client = client(transport)) {
			WebSocketStream sibling = client.openWebSocket("/echo");
			for (int i = 0; i < 20 * STREAMS; i++) {
				Refusal refusal = Refusal.values()[i % Refusal.values().length];
				client.inOneFlight(() -> refusal.open(client).send(new byte[2_000], false));
			}
			client.barrier();
			sibling.sendBinary(new byte[60_000]);
			assertThat(sibling.awaitBinary()).hasSize(60_000);
			for (int i = 1; i < STREAMS; i++) {
				assertThatItEchoes(client.openWebSocket("/echo"));
			}
		}
	}

	/**
	 * A stream that nobody has opened is another matter (RFC 9113, section 5.1).
	 */
	@ParameterizedTest
	@EnumSource(names = { "DATA", "RST_STREAM", "WINDOW_UPDATE" })
	void frameForAnIdleStreamEndsTheConnection(InFlight inFlight) {
		try (RawHttp2 connection = RawHttp2.connect(SERVERS.server(Transport.H2C).port())) {
			connection.send(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, 1,
					RawHttp2.block(":method", "CONNECT", ":a", "b"));
			assertThat(connection.awaitOutcome(1)).isEqualTo("RST_STREAM PROTOCOL_ERROR");
			connection.send(inFlight.type, 0, 3, (byte) 0, (byte) 0, (byte) 0, (byte) 8);
			assertThat(connection.awaitOutcome(3)).isEqualTo("GOAWAY PROTOCOL_ERROR");
		}
	}

	private static Http2Client client(Transport transport) {
		return SERVERS.http2Builder(transport).lateFrames().connect();
	}

	private static void assertThatItEchoes(WebSocketStream socket) {
		socket.sendText("on");
		assertThat(socket.awaitText()).isEqualTo("on");
	}

	enum Refusal {

		CONNECTION((headers) -> headers.add("connection", "upgrade")),

		UPGRADE((headers) -> headers.add("upgrade", "websocket")),

		TE((headers) -> headers.add("te", "gzip")),

		UPPER_CASE((headers) -> headers.add("X-Upper-Case", "a")),

		UNKNOWN_PSEUDO((headers) -> headers.add(":unknown", "a")),

		STATUS((headers) -> headers.add(":status", "200")),

		TWO_PATHS((headers) -> headers.add(":path", "/other")),

		GET_WITH_CONNECTION((headers) -> {
			headers.remove(":protocol");
			headers.method("GET").add("connection", "close");
		});

		private final Consumer<Http2Headers> change;

		Refusal(Consumer<Http2Headers> change) {
			this.change = change;
		}

		Http2Stream open(Http2Client client) {
			// Fields that go into the table of both, which has to stay in step
			Http2Headers headers = client.webSocket("/echo").add("x-indexed", name());
			this.change.accept(headers);
			return client.open(headers, false);
		}

	}

	enum InFlight {

		DATA(Http2FrameTypes.DATA, (client, stream) -> stream.send(new byte[1_000], false)),

		DATA_FRAMES(Http2FrameTypes.DATA, (client, stream) -> {
			for (int i = 0; i < 10; i++) {
				stream.send(new byte[100], i == 9);
			}
		}),

		END_STREAM(Http2FrameTypes.DATA, (client, stream) -> stream.endStream()),

		TRAILERS(Http2FrameTypes.HEADERS,
				(client, stream) -> stream.sendHeaders(new DefaultHttp2Headers().add("x-a", "b"), true)),

		RST_STREAM(Http2FrameTypes.RST_STREAM, (client, stream) -> stream.reset(Http2Error.CANCEL)),

		WINDOW_UPDATE(Http2FrameTypes.WINDOW_UPDATE, (client, stream) -> stream.windowUpdate(1)),

		PRIORITY(2, (client, stream) -> client.sendFrame(2, 0, stream.id(), new byte[5])),

		UNKNOWN(0x42, (client, stream) -> client.sendFrame(0x42, 0, stream.id(), new byte[5])),

		ALL(Http2FrameTypes.DATA, (client, stream) -> {
			stream.windowUpdate(1);
			stream.send(new byte[1_000], true);
			stream.reset(Http2Error.CANCEL);
		});

		private final int type;

		private final BiConsumer<Http2Client, Http2Stream> frames;

		InFlight(int type, BiConsumer<Http2Client, Http2Stream> frames) {
			this.type = type;
			this.frames = frames;
		}

		void send(Http2Client client, Http2Stream stream) {
			this.frames.accept(client, stream);
		}

	}

}
