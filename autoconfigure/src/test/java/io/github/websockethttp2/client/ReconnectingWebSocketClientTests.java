package io.github.websockethttp2.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.net.ssl.SSLHandshakeException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.github.websockethttp2.client.ScriptedClient.Attempt;
import io.github.websockethttp2.testsupport.LogCapture;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * When a socket is opened again, without a network and in virtual time.
 */
class ReconnectingWebSocketClientTests {

	private static final URI URL = URI.create("wss://example.com/rooms?token=secret");

	private static final WebSocketHandler READING = (session) -> session.receive().then();

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final List<Reconnect> reconnects = new ArrayList<>();

	/** What {@code execute} has ended with; the text "completed" for completion. */
	private final List<Object> ends = new ArrayList<>();

	private ScriptedClient client;

	@ParameterizedTest
	@CsvSource({ "1000,false", "1001,true", "1002,false", "1003,false", "1005,false", "1006,true", "1007,false",
			"1008,false", "1009,false", "1010,false", "1011,true", "1012,true", "1013,true", "1014,true", "1015,false",
			"1016,false", "2999,false", "3000,false", "4000,false", "4999,false" })
	void closeStatusDecides(int code, boolean again) {
		execute(READING, Attempt.closes(code), Attempt.SILENCE);
		this.time.advanceTimeBy(Duration.ofMinutes(1));
		assertThat(this.client.times).hasSize((again) ? 2 : 1);
		assertThat(this.ends).containsExactlyElementsOf((again) ? List.of() : List.of("completed"));
		if (again) {
			assertThat(this.reconnects).singleElement().satisfies((reconnect) -> {
				assertThat(reconnect.attempt()).isEqualTo(2);
				assertThat(reconnect.url()).isEqualTo(URL);
				assertThat(reconnect.cause()).isInstanceOfSatisfying(WebSocketClosedException.class,
						(closed) -> assertThat(closed.getCloseStatus().getCode()).isEqualTo(code));
			});
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 401, 403, 404, 405, 408, 410, 426, 500, 501, 505 })
	void refusalIsTheError(int status) {
		Throwable error = refusal(status);
		execute(READING, Attempt.fails(error));
		this.time.advanceTimeBy(Duration.ofMinutes(1));
		assertThat(this.ends).containsExactly(error);
		assertThat(this.client.times).hasSize(1);
	}

	@ParameterizedTest
	@MethodSource
	void errorDecides(Throwable error, boolean again) {
		execute(READING, Attempt.fails(error), Attempt.SILENCE);
		this.time.advanceTimeBy(Duration.ofMinutes(1));
		assertThat(this.client.times).hasSize((again) ? 2 : 1);
		assertThat(this.ends).containsExactlyElementsOf((again) ? List.of() : List.of(error));
	}

	static Stream<Arguments> errorDecides() {
		return Stream.of(Arguments.of(refusal(429), true), Arguments.of(refusal(502), true),
				Arguments.of(refusal(503), true), Arguments.of(refusal(504), true),
				Arguments.of(new WebSocketClientHandshakeException("Connection prematurely closed"), true),
				Arguments.of(new ConnectException("refused"), true), Arguments.of(new IOException("reset"), true),
				Arguments.of(new AbortedException("lost"), true), Arguments.of(new TimeoutException("late"), true),
				Arguments.of(new Http2Exception(Http2Error.REFUSED_STREAM), true),
				Arguments.of(new SSLHandshakeException("The connection was closed"), true),
				Arguments.of(new SSLHandshakeException("whom?").initCause(new CertificateException("expired")), false),
				Arguments.of(new IllegalArgumentException("URL"), false),
				Arguments.of(new IllegalStateException(), false));
	}

	@Test
	void connectionThatIsLostWithoutAStatusIsOpenedAgain() {
		execute(READING, Attempt.LOST_WITHOUT_STATUS, Attempt.SILENCE);
		this.time.advanceTimeBy(Duration.ofMinutes(1));
		assertThat(this.client.times).hasSize(2);
	}

	@Test
	void errorOfAHandlerInALostSessionIsOfTheLoss() {
		execute(READING, Attempt.breaks(), Attempt.SILENCE);
		this.time.advanceTimeBy(Duration.ofMinutes(1));
		assertThat(this.client.times).hasSize(2);
		assertThat(this.reconnects.get(0).cause()).hasRootCauseMessage("lost");
	}

	@Test
	void errorOfAHandlerIsTheApplications() {
		IOException mine = new IOException("mine");
		execute((session) -> Mono.error(mine), Attempt.STAYS, Attempt.SILENCE);
		this.time.advanceTimeBy(Duration.ofMinutes(1));
		assertThat(this.ends).containsExactly(mine);
		IllegalStateException thrown = new IllegalStateException("mine");
		execute((session) -> {
			throw thrown;
		}, Attempt.STAYS, Attempt.SILENCE);
		this.time.advanceTimeBy(Duration.ofMinutes(1));
		assertThat(this.ends).contains(thrown);
	}

	@Test
	void handlerThatCompletesEndsIt() {
		execute((session) -> Mono.empty(), Attempt.STAYS, Attempt.SILENCE);
		this.time.advanceTimeBy(Duration.ofMinutes(1));
		assertThat(this.ends).containsExactly("completed");
	}

	@Test
	void handlerCanAskForAnotherSession() {
		execute((session) -> session.close(CloseStatus.SERVICE_RESTARTED).then(session.receive().then()), Attempt.STAYS,
				Attempt.SILENCE);
		this.time.advanceTimeBy(Duration.ofMinutes(1));
		assertThat(this.client.times).hasSize(2);
	}

	@Test
	void handlerIsToldTheAttempt() {
		List<Long> attempts = new ArrayList<>();
		List<String> contexts = new ArrayList<>();
		execute((session) -> Mono.deferContextual((context) -> {
			attempts.add(context.get(ReconnectingWebSocketClient.ATTEMPT));
			contexts.add(context.get("key"));
			return session.receive().then();
		}), Attempt.closes(1001), Attempt.fails(refusal(503)), Attempt.closes(1012), Attempt.closes(1000));
		this.time.advanceTimeBy(Duration.ofMinutes(1));
		assertThat(attempts).containsExactly(1L, 3L, 4L);
		assertThat(contexts).containsOnly("there");
		assertThat(this.ends).containsExactly("completed");
	}

	@Test
	void handlerOfALostSessionDoesNotGoOn() {
		AtomicInteger cancelled = new AtomicInteger();
		Attempt ends = (handler, time) -> {
			// As our own client does with a handler that does not end
			Mono<Void> handling = Attempt.closes(1006).run(handler, time);
			handling.subscribe();
			return Mono.delay(Duration.ofSeconds(1), time).then();
		};
		execute((session) -> Mono.<Void>never().doOnCancel(cancelled::incrementAndGet), ends, Attempt.SILENCE);
		this.time.advanceTimeBy(Duration.ofMinutes(1));
		assertThat(cancelled).hasValue(1);
		assertThat(this.client.times).hasSize(2);
	}

	@Test
	void waitsDoubleUpToTheLongest() {
		execute(READING, IntStream.range(0, 8).mapToObj((i) -> Attempt.fails(refusal(503))).toArray(Attempt[]::new));
		this.time.advanceTimeBy(Duration.ofSeconds(120));
		assertThat(this.client.times).containsExactly(0L, 1_000L, 3_000L, 7_000L, 15_000L, 31_000L, 61_000L, 91_000L);
	}

	@Test
	void waitBeginsAnewAfterASessionThatHasStayed() {
		Duration stay = Duration.ofSeconds(30);
		execute(READING, Attempt.closes(1006), Attempt.closes(1006, stay.minusMillis(1)), Attempt.closes(1006, stay),
				Attempt.closes(1006), Attempt.SILENCE);
		this.time.advanceTimeBy(Duration.ofMinutes(5));
		assertThat(this.reconnects.stream().map(Reconnect::delay)).containsExactly(Duration.ofSeconds(1),
				Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(2));
	}

	@Test
	void attemptsAreExhausted() {
		ConnectException last = new ConnectException("last");
		this.client = new ScriptedClient(this.time, Attempt.closes(1012), Attempt.fails(refusal(503)),
				Attempt.fails(last));
		subscribe(builder().maxAttempts(2), READING);
		this.time.advanceTimeBy(Duration.ofMinutes(5));
		assertThat(this.ends).singleElement().isInstanceOfSatisfying(Throwable.class, (error) -> {
			assertThat(Exceptions.isRetryExhausted(error)).isTrue();
			assertThat(error).hasMessageContaining("2 reconnects").hasCause(last);
		});
		this.ends.clear();
		this.client = new ScriptedClient(this.time, Attempt.closes(1012));
		subscribe(builder().maxAttempts(0), READING);
		this.time.advanceTimeBy(Duration.ofMinutes(5));
		assertThat(this.ends).singleElement()
			.isInstanceOfSatisfying(Throwable.class,
					(error) -> assertThat(error.getCause()).isInstanceOf(WebSocketClosedException.class));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			3                             |                               | 3000
			0                             |                               | 1000
			300                           |                               | 300000
			301                           |                               | 300000
			99999999999999999999          |                               | 300000
			-1                            |                               | 1000
			soon                          |                               | 1000
			Fri, 27 Nov 2026 08:00:20 GMT |                               | 20000
			Fri, 27 Nov 2026 08:00:20 GMT | Fri, 27 Nov 2026 08:00:10 GMT | 10000
			Fri, 27 Nov 2026 07:00:00 GMT |                               | 1000
			Sun, 27 Nov 2089 08:00:20 GMT |                               | 300000
			Fri, 99 Nov 2026 08:00:20 GMT |                               | 1000
			""")
	void waitIsAtLeastWhatTheServerAsksFor(String retryAfter, String date, long millis) {
		this.time.advanceTimeTo(Instant.parse("2026-11-27T08:00:00Z"));
		WebSocketClientHandshakeException refusal = refusal(503);
		refusal.response().headers().set(HttpHeaders.RETRY_AFTER, retryAfter);
		if (date != null) {
			refusal.response().headers().set(HttpHeaders.DATE, date);
		}
		execute(READING, Attempt.fails(refusal), Attempt.SILENCE);
		assertThat(this.reconnects).extracting(Reconnect::delay).containsExactly(Duration.ofMillis(millis));
		this.time.advanceTimeBy(Duration.ofMillis(millis - 1));
		assertThat(this.client.times).hasSize(1);
		this.time.advanceTimeBy(Duration.ofMillis(1));
		assertThat(this.client.times).hasSize(2);
	}

	@ParameterizedTest
	@CsvSource({ "1,0,500", "1,0.5,1000", "1,1,1500", "4,0,4000", "4,1,12000", "6,0,15000", "6,1,30000",
			"1000000000,1,30000" })
	void jitterIsInBothDirectionsAndUnderTheLongest(long failures, double random, long millis) {
		Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), 0.5, () -> random);
		assertThat(backoff.after(failures, Duration.ZERO)).isEqualTo(Duration.ofMillis(millis));
	}

	@Test
	void jitterComesOnTopOfWhatTheServerAsksFor() {
		Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), 0.5, () -> 0.5);
		assertThat(backoff.after(3, Duration.ofSeconds(60))).isEqualTo(Duration.ofSeconds(61));
		assertThat(backoff.after(3, Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(4));
	}

	@Test
	void cancelEndsTheWait() {
		Disposable execution = execute(READING, Attempt.closes(1006), Attempt.SILENCE);
		this.time.advanceTimeBy(Duration.ofMillis(500));
		execution.dispose();
		this.time.advanceTimeBy(Duration.ofMinutes(1));
		assertThat(this.client.times).hasSize(1);
	}

	@Test
	void cancelEndsTheAttempt() {
		Disposable execution = execute(READING, Attempt.closes(1006), Attempt.SILENCE);
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		assertThat(this.client.times).hasSize(2);
		execution.dispose();
		assertThat(this.client.cancelled).isEqualTo(1);
	}

	@Test
	void filterThatThrowsAndListenerThatThrows() {
		Error thrown = new NoClassDefFoundError("mine");
		this.client = new ScriptedClient(this.time, Attempt.closes(1006), Attempt.closes(1006));
		subscribe(builder().doBeforeReconnect((reconnect) -> {
			throw new NoClassDefFoundError("not worth an end");
		}).filter((error) -> {
			if (this.client.times.size() == 2) {
				throw thrown;
			}
			return true;
		}), READING);
		this.time.advanceTimeBy(Duration.ofMinutes(1));
		assertThat(this.ends).containsExactly(thrown);
	}

	@Test
	void filterCanAddAStatusOfTheApplication() {
		this.client = new ScriptedClient(this.time, Attempt.closes(4000), Attempt.closes(1006), Attempt.closes(4001));
		subscribe(builder().filter((error) -> ReconnectingWebSocketClient.isTransient(error)
				|| error instanceof WebSocketClosedException closed && closed.getCloseStatus().getCode() == 4000),
				READING);
		this.time.advanceTimeBy(Duration.ofMinutes(1));
		assertThat(this.client.times).hasSize(3);
		assertThat(this.ends).containsExactly("completed");
	}

	@Test
	void outageOfAServerIsOneLine() {
		try (LogCapture log = LogCapture.start(Outages.class.getName(), Level.DEBUG)) {
			this.client = new ScriptedClient(this.time,
					IntStream.range(0, 30).mapToObj((i) -> Attempt.closes(1006)).toArray(Attempt[]::new));
			ReconnectingWebSocketClient reconnecting = builder().build();
			for (int socket = 0; socket < 3; socket++) {
				reconnecting.execute(URL, READING).subscribe();
			}
			this.time.advanceTimeBy(Duration.ofSeconds(60));
			List<ILoggingEvent> events = ofOutages(log);
			assertThat(events).hasSize(3 * 6)
				.allSatisfy((event) -> assertThat(event.getFormattedMessage()).doesNotContain("secret"));
			assertThat(events.stream().filter((event) -> event.getLevel() == Level.INFO)).singleElement()
				.satisfies((event) -> assertThat(event.getFormattedMessage()).contains("wss://example.com", "1006"));
		}
	}

	@Test
	void nextOutageIsAnotherLine() {
		try (LogCapture log = LogCapture.start(Outages.class.getName(), Level.INFO)) {
			execute(READING, Attempt.closes(1006), Attempt.closes(1006, Duration.ofMinutes(10)), Attempt.SILENCE);
			this.time.advanceTimeBy(Duration.ofMinutes(15));
			assertThat(ofOutages(log)).hasSize(2);
		}
	}

	@Test
	void valuesThatMakeNoSenseAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> builder().jitter(1.1));
		assertThatIllegalArgumentException().isThrownBy(() -> builder().maxAttempts(-1));
		assertThatIllegalArgumentException().isThrownBy(() -> builder().firstBackoff(Duration.ofSeconds(-1)));
	}

	private Disposable execute(WebSocketHandler handler, Attempt... attempts) {
		this.client = new ScriptedClient(this.time, attempts);
		return subscribe(builder(), handler);
	}

	private Disposable subscribe(ReconnectingWebSocketClient.Builder builder, WebSocketHandler handler) {
		return builder.build()
			.execute(URL, handler)
			.contextWrite((context) -> context.put("key", "there"))
			.subscribe(null, this.ends::add, () -> this.ends.add("completed"));
	}

	private ReconnectingWebSocketClient.Builder builder() {
		return ReconnectingWebSocketClient.builder(this.client)
			.scheduler(this.time)
			.jitter(0)
			.doBeforeReconnect(this.reconnects::add);
	}

	private static List<ILoggingEvent> ofOutages(LogCapture log) {
		return log.events().stream().filter((event) -> event.getLoggerName().equals(Outages.class.getName())).toList();
	}

	private static WebSocketClientHandshakeException refusal(int status) {
		HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
		return new WebSocketClientHandshakeException("refused", response);
	}

}
