package io.github.websockethttp2.client;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.testsupport.Waiting;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a client does about each answer to its CONNECT.
 */
class HandshakeAnswersTests {

	private final Http2WebSocketClient client = Http2WebSocketClient.builder().priorKnowledge(true).build();

	private final AtomicReference<WebSocketTransport.Protocol> protocol = new AtomicReference<>();

	@Test
	void acceptedSocketIsOverHttp2() {
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.ACCEPT, ScriptedServer.Answer.ACCEPT)) {
			StepVerifier.create(open(server)).expectComplete().verify(Waiting.TIMEOUT);
			StepVerifier.create(open(server)).expectComplete().verify(Waiting.TIMEOUT);
			assertThat(this.protocol.get()).isEqualTo(WebSocketTransport.Protocol.HTTP_2);
			assertThat(server.connections).hasValue(1);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 405, 426, 501, 502 })
	void statusThatIsNotAnApplicationsFallsBackAndIsRemembered(int status) {
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.status(status))) {
			for (int i = 0; i < 3; i++) {
				StepVerifier.create(open(server)).expectComplete().verify(Waiting.TIMEOUT);
				assertThat(this.protocol.get()).isEqualTo(WebSocketTransport.Protocol.HTTP_1_1);
			}
			assertThat(server.connects).hasValue(1);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 401, 403, 404, 429, 500, 503 })
	void statusOfTheApplicationIsTheError(int status) {
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.status(status))) {
			StepVerifier.create(open(server)).expectErrorSatisfies((error) -> {
				assertThat(error).isInstanceOf(WebSocketClientHandshakeException.class);
				WebSocketClientHandshakeException refused = (WebSocketClientHandshakeException) error;
				assertThat(refused.response().status().code()).isEqualTo(status);
				assertThat(refused.response().headers().get("x-answer")).isEqualTo("mine");
			}).verify(Waiting.TIMEOUT);
			assertThat(server.connections).hasValue(1);
		}
	}

	@Test
	void http11RequiredFallsBack() {
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.reset(Http2Error.HTTP_1_1_REQUIRED))) {
			StepVerifier.create(open(server)).expectComplete().verify(Waiting.TIMEOUT);
			StepVerifier.create(open(server)).expectComplete().verify(Waiting.TIMEOUT);
			assertThat(this.protocol.get()).isEqualTo(WebSocketTransport.Protocol.HTTP_1_1);
			assertThat(server.connects).hasValue(1);
		}
	}

	@Test
	void refusedStreamIsTriedOnceMore() {
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.reset(Http2Error.REFUSED_STREAM),
				ScriptedServer.Answer.ACCEPT)) {
			StepVerifier.create(open(server)).expectComplete().verify(Waiting.TIMEOUT);
			assertThat(server.connects).hasValue(2);
			assertThat(server.connections).hasValue(2);
		}
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.reset(Http2Error.REFUSED_STREAM),
				ScriptedServer.Answer.reset(Http2Error.REFUSED_STREAM))) {
			StepVerifier.create(open(server)).expectError(Http2Exception.class).verify(Waiting.TIMEOUT);
			assertThat(server.connects).hasValue(2);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void refusalBesideOpenSocketsMeansThatTheConnectionIsFull(boolean reset) {
		ScriptedServer.Answer full = (reset) ? ScriptedServer.Answer.reset(Http2Error.REFUSED_STREAM)
				: ScriptedServer.Answer.status(503);
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.OPEN, full)) {
			for (int i = 0; i < 3; i++) {
				CountDownLatch opened = new CountDownLatch(1);
				this.client.execute(server.url(), (session) -> {
					opened.countDown();
					return session.receive().then();
				}).subscribe();
				Waiting.await(opened);
			}
			// The third does not try the first, and keeps to what was learned
			assertThat(server.connects).hasValue(4);
			assertThat(server.connections).hasValue(3);
		}
	}

	@Test
	void serverThatIsFullIsTriedOnOneOtherConnectionOnly() {
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.OPEN)) {
			CountDownLatch opened = new CountDownLatch(1);
			this.client.execute(server.url(), (session) -> {
				opened.countDown();
				return session.receive().then();
			}).subscribe();
			Waiting.await(opened);
			server.otherwise = ScriptedServer.Answer.status(503);
			StepVerifier.create(open(server)).expectErrorSatisfies((error) -> status(error, 503)).verify();
			assertThat(server.connects).hasValue(3);
			assertThat(server.connections).hasValue(2);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 405, 426, 501, 502 })
	void firstAnswerIsTheErrorIfHttp11WillNotDoEither(int status) {
		try (ScriptedServer server = new ScriptedServer()) {
			server.otherwise = ScriptedServer.Answer.status(status);
			for (int i = 1; i <= 2; i++) {
				StepVerifier.create(this.client.execute(server.url("/nowhere"), (session) -> Mono.empty()))
					.expectErrorSatisfies((error) -> status(error, status))
					.verify();
				// HTTP/2 is tried again
				assertThat(server.connects).hasValue(i);
			}
		}
	}

	@Test
	void statusesOfAFallbackAreSet() {
		Http2WebSocketClient other = Http2WebSocketClient.builder()
			.priorKnowledge(true)
			.fallbackStatuses(Set.of(404))
			.build();
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.status(502),
				ScriptedServer.Answer.status(404))) {
			StepVerifier.create(other.execute(server.url(), (session) -> Mono.empty()))
				.expectErrorSatisfies((error) -> status(error, 502))
				.verify();
			StepVerifier.create(other.execute(server.url(), (session) -> Mono.empty())).verifyComplete();
		}
	}

	@Test
	void withoutFallbackTheAnswerIsTheError() {
		Http2WebSocketClient strict = Http2WebSocketClient.builder().priorKnowledge(true).fallback(false).build();
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.status(501),
				ScriptedServer.Answer.reset(Http2Error.HTTP_1_1_REQUIRED))) {
			StepVerifier.create(strict.execute(server.url(), (session) -> Mono.empty()))
				.expectErrorSatisfies((error) -> status(error, 501))
				.verify();
			StepVerifier.create(strict.execute(server.url(), (session) -> Mono.empty())).expectError().verify();
			assertThat(server.connections).hasValue(1);
		}
	}

	@Test
	void compressionThatWasNotOfferedIsRefused() {
		try (ScriptedServer server = new ScriptedServer((ctx, codec,
				stream) -> ctx.writeAndFlush(new DefaultHttp2HeadersFrame(
						new DefaultHttp2Headers().status("200").add("sec-websocket-extensions", "permessage-deflate"))
					.stream(stream)))) {
			StepVerifier.create(open(server)).expectError(WebSocketClientHandshakeException.class).verify();
			await().untilAtomic(server.resets, (count) -> assertThat(count).isEqualTo(1));
		}
	}

	private static void status(Throwable error, int status) {
		assertThat(error).isInstanceOf(WebSocketClientHandshakeException.class);
		assertThat(((WebSocketClientHandshakeException) error).response().status().code()).isEqualTo(status);
	}

	@Test
	void otherResetIsTheError() {
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.reset(Http2Error.INTERNAL_ERROR))) {
			StepVerifier.create(open(server)).expectError(Http2Exception.class).verify(Waiting.TIMEOUT);
			assertThat(server.connects).hasValue(1);
		}
	}

	@Test
	void resetWithACodeThatNobodyKnowsIsTheErrorToo() {
		try (ScriptedServer server = new ScriptedServer(
				(ctx, codec, stream) -> ctx.writeAndFlush(new DefaultHttp2ResetFrame(0xABCD).stream(stream)))) {
			StepVerifier.create(open(server)).expectError(Http2Exception.class).verify(Waiting.TIMEOUT);
		}
	}

	@Test
	void answerThatIsNoneHarmsNoOther() {
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.SILENCE,
				(ctx, codec, stream) -> ctx.writeAndFlush(
						new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("many")).stream(stream)),
				ScriptedServer.Answer.ACCEPT)) {
			Disposable waiting = open(server).subscribe();
			await().untilAtomic(server.connects, (count) -> assertThat(count).isEqualTo(1));
			StepVerifier.create(open(server)).expectError().verify(Waiting.TIMEOUT);
			StepVerifier.create(open(server)).expectComplete().verify(Waiting.TIMEOUT);
			assertThat(server.connections).hasValue(1);
			waiting.dispose();
		}
	}

	@Test
	void fieldThatCannotBeSentIsTheError() {
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.ACCEPT)) {
			HttpHeaders headers = new HttpHeaders();
			headers.add("bad name", "value");
			StepVerifier.create(this.client.execute(server.url(), headers, (session) -> Mono.empty()))
				.expectError(IllegalArgumentException.class)
				.verify(Waiting.TIMEOUT);
			StepVerifier.create(open(server)).expectComplete().verify(Waiting.TIMEOUT);
		}
	}

	@Test
	void errorThatReactorTakesForFatalIsThatOfTheExecution() {
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.ACCEPT)) {
			StepVerifier.create(this.client.execute(server.url(), (session) -> {
				throw new NoClassDefFoundError("mine");
			})).expectError(NoClassDefFoundError.class).verify(Waiting.TIMEOUT);
		}
	}

	@Test
	void connectAboveAGoAwayIsSentElsewhere() {
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.GO_AWAY, ScriptedServer.Answer.ACCEPT)) {
			StepVerifier.create(open(server)).expectComplete().verify(Waiting.TIMEOUT);
			assertThat(server.connects).hasValue(2);
			assertThat(server.connections).hasValue(2);
		}
	}

	@Test
	void silenceTimesOutAndGivesTheStreamBack() {
		Http2WebSocketClient hasty = Http2WebSocketClient.builder()
			.priorKnowledge(true)
			.maxSocketsPerConnection(1)
			.handshakeTimeout(Duration.ofMillis(500))
			.build();
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.SILENCE, ScriptedServer.Answer.ACCEPT)) {
			StepVerifier.create(hasty.execute(server.url(), (session) -> Mono.empty()))
				.expectError(TimeoutException.class)
				.verify(Waiting.TIMEOUT);
			await().untilAtomic(server.resets, (count) -> assertThat(count).isEqualTo(1));
			StepVerifier.create(hasty.execute(server.url(), (session) -> Mono.empty()))
				.expectComplete()
				.verify(Waiting.TIMEOUT);
			assertThat(server.connections).hasValue(1);
		}
	}

	@Test
	void cancelledBeforeTheAnswerGivesTheStreamBack() {
		Http2WebSocketClient single = Http2WebSocketClient.builder()
			.priorKnowledge(true)
			.maxSocketsPerConnection(1)
			.build();
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.SILENCE, ScriptedServer.Answer.ACCEPT)) {
			Disposable opening = single.execute(server.url(), (session) -> Mono.empty()).subscribe();
			await().untilAtomic(server.connects, (count) -> assertThat(count).isEqualTo(1));
			opening.dispose();
			await().untilAtomic(server.resets, (count) -> assertThat(count).isEqualTo(1));
			assertThat(server.resetErrors).containsExactly(Http2Error.CANCEL.code());
			StepVerifier.create(single.execute(server.url(), (session) -> Mono.empty()))
				.expectComplete()
				.verify(Waiting.TIMEOUT);
			assertThat(server.connections).hasValue(1);
		}
	}

	private Mono<Void> open(ScriptedServer server) {
		return this.client.execute(server.url(), (session) -> {
			this.protocol.set(WebSocketTransport.of(session).protocol());
			return Mono.empty();
		});
	}

}
