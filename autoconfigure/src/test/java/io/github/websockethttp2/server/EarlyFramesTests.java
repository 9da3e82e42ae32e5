package io.github.websockethttp2.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.testsupport.Frame;
import io.github.websockethttp2.testsupport.Http1Client;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.Http2Stream;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketFrames;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Frames that a client sends before it knows whether its handshake is accepted, which is
 * decided at once on {@code /now} and later on {@code /later}.
 */
class EarlyFramesTests {

	@RegisterExtension
	static final TestServers servers = new TestServers(Application.class);

	@ParameterizedTest
	@CsvSource({ "H2C, /now", "H2C, /later", "H2, /now", "H2, /later" })
	void framesReachTheHandlerInOrder(Transport transport, String path) {
		try (Http2Client client = servers.http2(transport)) {
			WebSocketStream socket = inOneFlight(client, path, (stream) -> {
				WebSocketStream early = WebSocketStream.of(stream);
				early.sendText("1");
				early.sendText("2");
			});
			socket.sendText("3");
			assertThat(socket.stream().status()).isEqualTo(200);
			socket.sendText("4");
			assertThat(socket.awaitText()).isEqualTo("1");
			assertThat(socket.awaitText()).isEqualTo("2");
			assertThat(socket.awaitText()).isEqualTo("3");
			assertThat(socket.awaitText()).isEqualTo("4");
		}
	}

	@ParameterizedTest
	@CsvSource({ "H2C, /now", "H2C, /later", "H2, /now", "H2, /later" })
	void frameMayBeginEarlyAndEndLate(Transport transport, String path) {
		try (Http2Client client = servers.http2(transport)) {
			byte[] frame = WebSocketFrames.masked(true, 0, Frame.TEXT, "whole".getBytes(StandardCharsets.UTF_8));
			WebSocketStream socket = inOneFlight(client, path, (stream) -> stream.send(Arrays.copyOf(frame, 3), false));
			assertThat(socket.stream().status()).isEqualTo(200);
			socket.sendBytes(Arrays.copyOfRange(frame, 3, frame.length));
			assertThat(socket.awaitText()).isEqualTo("whole");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H1_TLS" })
	void framesReachTheHandlerOverHttp1(Transport transport) {
		int port = servers.server(transport).port();
		try (Http1Client client = (transport.isTls()) ? Http1Client.connectTls(port) : Http1Client.connect(port)) {
			ByteArrayOutputStream frames = new ByteArrayOutputStream();
			frames.writeBytes(WebSocketFrames.masked(true, 0, Frame.TEXT, new byte[] { '1' }));
			frames.writeBytes(WebSocketFrames.masked(true, 0, Frame.TEXT, new byte[] { '2' }));
			assertThat(client.webSocket("/now", frames.toByteArray()).status()).isEqualTo(101);
			WebSocketStream socket = client.webSocket();
			socket.sendText("3");
			assertThat(socket.awaitText()).isEqualTo("1");
			assertThat(socket.awaitText()).isEqualTo("2");
			assertThat(socket.awaitText()).isEqualTo("3");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H1_TLS" })
	void closeRightBehindIsTheEndAfterTheFrameOverHttp1(Transport transport) {
		int port = servers.server(transport).port();
		try (Http1Client client = (transport.isTls()) ? Http1Client.connectTls(port) : Http1Client.connect(port)) {
			ByteArrayOutputStream frames = new ByteArrayOutputStream();
			frames.writeBytes(WebSocketFrames.masked(true, 0, Frame.TEXT, new byte[] { '1' }));
			frames.writeBytes(WebSocketFrames.masked(true, 0, Frame.CLOSE, WebSocketFrames.closePayload(4000, "")));
			assertThat(client.webSocket("/now", frames.toByteArray()).status()).isEqualTo(101);
			WebSocketStream socket = client.webSocket();
			assertThat(socket.awaitText()).isEqualTo("1");
			assertThat(socket.awaitClose().code()).isEqualTo(4000);
		}
		WebSocketSessions sessions = servers.server(transport).bean(WebSocketSessions.class);
		await().until(() -> sessions.getCount() == 0);
	}

	@ParameterizedTest
	@CsvSource({ "H2C, /now", "H2C, /later", "H2, /now", "H2, /later" })
	void endOfStreamRightBehindIsTheEndAfterTheFrame(Transport transport, String path) {
		try (Http2Client client = servers.http2(transport)) {
			WebSocketStream socket = inOneFlight(client, path + "/end", (stream) -> {
				WebSocketStream.of(stream).sendText("last");
				stream.endStream();
			});
			assertThat(socket.stream().status()).isEqualTo(200);
			assertThat(Waiting.take(Application.RECEIVED).get()).isEqualTo("last");
			assertThat(Waiting.take(Application.RECEIVED).isOnError()).isTrue();
			assertThat(Waiting.take(Application.CLOSED)).isEqualTo(CloseStatus.NO_CLOSE_FRAME);
			socket.skipToEndOfBytes();
			assertThat(client.openWebSocket("/now")).isNotNull();
		}
	}

	@ParameterizedTest
	@CsvSource({ "H2C, /now", "H2C, /later", "H2, /now", "H2, /later" })
	void closeAndEndOfStreamRightBehindAreACleanEnd(Transport transport, String path) {
		try (Http2Client client = servers.http2(transport)) {
			WebSocketStream socket = inOneFlight(client, path + "/end", (stream) -> {
				WebSocketStream early = WebSocketStream.of(stream);
				early.sendText("last");
				early.sendClose(1001, "bye");
				early.endStream();
			});
			assertThat(socket.stream().status()).isEqualTo(200);
			assertThat(Waiting.take(Application.RECEIVED).get()).isEqualTo("last");
			assertThat(Waiting.take(Application.RECEIVED).isOnComplete()).isTrue();
			assertThat(Waiting.take(Application.CLOSED)).isEqualTo(new CloseStatus(1001, "bye"));
			assertThat(socket.skipToClose().code()).isEqualTo(1001);
			socket.stream().awaitEndStream();
			socket.stream().expectNoReset();
		}
	}

	@ParameterizedTest
	@CsvSource({ "H2C, /now", "H2C, /later", "H2, /now", "H2, /later" })
	void resetRightBehindHurtsNobodyElse(Transport transport, String path) {
		try (Http2Client client = servers.http2(transport); LogCapture log = LogCapture.start()) {
			WebSocketStream other = client.openWebSocket("/now");
			for (int i = 0; i < 10; i++) {
				inOneFlight(client, path, (stream) -> {
					WebSocketStream.of(stream).sendText("never");
					stream.reset(Http2Error.CANCEL);
				});
			}
			// Opened behind them, with the same delay: all of them have been decided then
			WebSocketStream last = client.openWebSocket("/later");
			last.sendText("last");
			assertThat(last.awaitText()).isEqualTo("last");
			other.sendText("on");
			assertThat(other.awaitText()).isEqualTo("on");
			log.assertNothingAbove(Level.DEBUG);
		}
	}

	@Test
	void manyFramesOfOneByteAreFine() {
		// Slow for the leak detector, which keeps a record of each frame
		try (Http2Client client = servers.http2Builder(Transport.H2C).timeout(Waiting.LONG_TIMEOUT).connect()) {
			byte[] payload = new byte[64 * 1024 - 14];
			Arrays.fill(payload, (byte) 'a');
			byte[] frame = WebSocketFrames.masked(true, 0, Frame.BINARY, payload);
			WebSocketStream socket = inOneFlight(client, "/later",
					(stream) -> client.sendBytes(dataFramesOfOneByte(stream.id(), frame)));
			assertThat(socket.stream().status()).isEqualTo(200);
			assertThat(socket.awaitBinary()).isEqualTo(payload);
		}
	}

	private static byte[] dataFramesOfOneByte(int streamId, byte[] bytes) {
		ByteBuffer frames = ByteBuffer.allocate(10 * bytes.length);
		for (byte one : bytes) {
			// RFC 9113, section 4.1: length in 24 bits, type and flags, stream
			frames.putShort((short) 0).put((byte) 1).putShort((short) 0).putInt(streamId).put(one);
		}
		return frames.array();
	}

	private static WebSocketStream inOneFlight(Http2Client client, String path, Consumer<Http2Stream> behind) {
		AtomicReference<Http2Stream> opened = new AtomicReference<>();
		client.inOneFlight(() -> {
			opened.set(client.open(client.webSocket(path), false));
			behind.accept(opened.get());
		});
		return WebSocketStream.of(opened.get());
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		static final BlockingQueue<Signal<String>> RECEIVED = new LinkedBlockingQueue<>();

		static final BlockingQueue<CloseStatus> CLOSED = new LinkedBlockingQueue<>();

		@Bean
		WebFilter delay() {
			return (exchange, chain) -> (exchange.getRequest().getPath().value().startsWith("/later"))
					? Mono.delay(Duration.ofMillis(100)).then(chain.filter(exchange)) : chain.filter(exchange);
		}

		@Bean
		HandlerMapping mapping() {
			WebSocketHandler echo = (session) -> session.send(session.receive().doOnNext(WebSocketMessage::retain));
			return new SimpleUrlHandlerMapping(
					Map.of("/now", echo, "/later", echo, "/now/end", ending(), "/later/end", ending()), -1);
		}

		private static WebSocketHandler ending() {
			return (session) -> {
				session.closeStatus().subscribe(CLOSED::add);
				return session.receive()
					.map(WebSocketMessage::getPayloadAsText)
					.materialize()
					.doOnNext(RECEIVED::add)
					.then();
			};
		}

	}

}
