package io.github.websockethttp2.client;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

import io.github.websockethttp2.testsupport.Waiting;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import reactor.test.StepVerifier;

import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * How sockets of the client end, by the fault of servers that no real one does on demand.
 */
class SocketEndsTests {

	private final CompletableFuture<CloseStatus> status = new CompletableFuture<>();

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void lostConnectionIs1006(boolean http2) {
		try (ScriptedServer server = new ScriptedServer()) {
			CompletableFuture<WebSocketSession> opened = new CompletableFuture<>();
			CompletableFuture<Void> done = builder(http2).build().execute(server.url(), (session) -> {
				session.closeStatus().subscribe(this.status::complete);
				opened.complete(session);
				return session.receive().then();
			}).toFuture();
			Waiting.join(opened);
			server.open.close();
			assertThat(Waiting.join(this.status).getCode()).isEqualTo(1006);
			// As it was reading
			assertThat(done).failsWithin(Waiting.TIMEOUT)
				.withThrowableOfType(ExecutionException.class)
				.withCauseInstanceOf(AbortedException.class);
		}
	}

	@Test
	void endStreamWithoutCloseIs1006() {
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.bytes(true))) {
			StepVerifier.create(watch(builder(true).build(), server)).expectError(AbortedException.class).verify();
			assertThat(Waiting.join(this.status).getCode()).isEqualTo(1006);
			assertThat(server.connections).hasValue(1);
		}
	}

	/**
	 * A reserved bit, a mask, text that is none, and a message that is too big.
	 */
	@ParameterizedTest
	@CsvSource({ "true,C10161,1002", "false,C10161,1002", "true,81810000000061,1002", "false,81810000000061,1002",
			"true,8101FF,1007", "false,8101FF,1007", "true,810B6161616161616161616161,1009",
			"false,810B6161616161616161616161,1009" })
	void serverThatBreaksTheRulesIsTold(boolean http2, String bytes, int code) {
		byte[] sent = HexFormat.of().parseHex(bytes);
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.bytes(false, sent))) {
			server.onOpen = sent;
			watch(builder(http2).maxMessageSize(DataSize.ofBytes(10)).build(), server).subscribe(null, (error) -> {
			});
			await().untilAsserted(() -> assertThat(server.closes).containsExactly(code));
			assertThat(Waiting.join(this.status).getCode()).isEqualTo(code);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void cancelledSocketSays1001(boolean http2) {
		try (ScriptedServer server = new ScriptedServer()) {
			CompletableFuture<WebSocketSession> opened = new CompletableFuture<>();
			Disposable socket = builder(http2).build().execute(server.url(), (session) -> {
				opened.complete(session);
				return Mono.never();
			}).subscribe();
			Waiting.join(opened);
			socket.dispose();
			await().untilAsserted(() -> assertThat(server.closes).containsExactly(1001));
			assertThat(server.resetErrors).isEmpty();
		}
	}

	@Test
	void serverThatDoesNotAnswerCloseIsNotWaitedForLonger() {
		try (ScriptedServer server = new ScriptedServer()) {
			server.polite = false;
			Http2WebSocketClient client = builder(true).closeTimeout(Duration.ofMillis(200)).build();
			StepVerifier.create(client.execute(server.url(), (session) -> Mono.empty())).verifyComplete();
			await().untilAsserted(() -> assertThat(server.resetErrors).containsExactly(Http2Error.CANCEL.code()));
			assertThat(server.connections).hasValue(1);
		}
	}

	/**
	 * RFC 6455, section 7.1.1. It may take the end of the stream for the end of all, and
	 * has not answered yet.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "C10161", "81810000000061", "8101FF", "810B6161616161616161616161" })
	void serverThatBreaksTheRulesEndsItsSideFirst(String bytes) {
		try (ScriptedServer server = new ScriptedServer(
				ScriptedServer.Answer.bytes(false, HexFormat.of().parseHex(bytes)))) {
			server.ends = false;
			watch(builder(true).maxMessageSize(DataSize.ofBytes(10)).build(), server).onErrorComplete()
				.block(Waiting.TIMEOUT);
			await().untilAsserted(() -> assertThat(server.closes).hasSize(1));
			// The answer comes behind what the client has sent
			server.ping();
			await().untilAtomic(server.pongs, (pongs) -> assertThat(pongs).isEqualTo(1));
			assertThat(server.ended).hasValue(0);
			server.end.run();
			await().untilAtomic(server.ended, (ended) -> assertThat(ended).isEqualTo(1));
			assertThat(server.resetErrors).isEmpty();
		}
	}

	/**
	 * By the server, or by the client. Some servers, such as Hypercorn, wait for the
	 * client to end its side.
	 */
	@ParameterizedTest
	@CsvSource({ "880203E9,1001", "'',1000" })
	void closedSocketEndsAtOnce(String bytes, int code) {
		byte[] sent = HexFormat.of().parseHex(bytes);
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.bytes(false, sent))) {
			server.ends = false;
			StepVerifier
				.create(builder(true).build()
					.execute(server.url(), (session) -> (sent.length > 0) ? session.receive().then() : Mono.empty()))
				.verifyComplete();
			await().untilAtomic(server.ended, (ended) -> assertThat(ended).isEqualTo(1));
			assertThat(server.closes).containsExactly(code);
			assertThat(server.resetErrors).isEmpty();
		}
	}

	@ParameterizedTest
	@CsvSource({ "true,''", "true,C10161", "false,''", "false,C10161" })
	void serverThatDoesNotEndItsSideIsNotWaitedForLonger(boolean http2, String bytes) {
		byte[] sent = HexFormat.of().parseHex(bytes);
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.bytes(false, sent))) {
			server.onOpen = sent;
			server.ends = false;
			builder(http2).closeTimeout(Duration.ofMillis(200))
				.build()
				.execute(server.url(), (session) -> (sent.length > 0) ? session.receive().then() : Mono.empty())
				.onErrorComplete()
				.block(Waiting.TIMEOUT);
			if (http2) {
				await().untilAsserted(() -> assertThat(server.resetErrors).containsExactly(Http2Error.CANCEL.code()));
			}
			else {
				await().until(server.open::isEmpty);
			}
			assertThat(server.closes).hasSize(1);
		}
	}

	/**
	 * The heartbeat is the connection's.
	 */
	@Test
	void serverThatIsSilentLosesAllSocketsOfItsConnection() {
		try (ScriptedServer server = new ScriptedServer()) {
			server.alive = false;
			Http2WebSocketClient client = builder(true).heartbeat(Duration.ofMillis(200), Duration.ofMillis(100))
				.build();
			List<CompletableFuture<CloseStatus>> ends = IntStream.range(0, 3).mapToObj((index) -> {
				CompletableFuture<CloseStatus> end = new CompletableFuture<>();
				client.execute(server.url(), (session) -> {
					session.closeStatus().subscribe(end::complete);
					return session.receive().then();
				}).subscribe();
				return end;
			}).toList();
			assertThat(ends).allSatisfy((end) -> assertThat(Waiting.join(end).getCode()).isEqualTo(1006));
			await().until(server.open::isEmpty);
			assertThat(server.connections).hasValue(1);
			assertThat(server.pings).hasValue(1);
		}
	}

	private Mono<Void> watch(Http2WebSocketClient client, ScriptedServer server) {
		return client.execute(server.url(), (session) -> {
			session.closeStatus().subscribe(this.status::complete);
			return session.receive().then();
		});
	}

	private static Http2WebSocketClient.Builder builder(boolean http2) {
		return Http2WebSocketClient.builder().priorKnowledge(true).http2(http2);
	}

}
