package io.github.websockethttp2.server;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;

import io.github.websockethttp2.testsupport.Waiting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a handshake costs that is decided, and what becomes of one that is not.
 */
class HandshakeTimeoutTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final MockServerHttpRequest request = MockServerHttpRequest.get("/").header("Upgrade", "websocket").build();

	private final MockServerHttpResponse response = new MockServerHttpResponse();

	private VirtualTimeScheduler time;

	@BeforeEach
	void begin() {
		this.time = VirtualTimeScheduler.getOrSet();
	}

	@AfterEach
	void end() {
		VirtualTimeScheduler.reset();
		Schedulers.resetFactory();
	}

	@Test
	void whatIsDecidedAtOnceNeedsNoTimer() {
		StepVerifier.create(handle((request, response) -> response.setComplete()))
			.expectComplete()
			.verify(Waiting.TIMEOUT);
		assertThat(this.time.getScheduledTaskCount()).isZero();
		assertThat(this.response.getStatusCode()).isNull();
	}

	@Test
	void whatIsDecidedLaterIsNotRefused() {
		Sinks.Empty<Void> decision = Sinks.empty();
		StepVerifier.create(handle((request, response) -> decision.asMono().then(response.setComplete())))
			.expectSubscription()
			.then(() -> this.time.advanceTimeBy(TIMEOUT.minusMillis(1)))
			.then(decision::tryEmitEmpty)
			.expectComplete()
			.verify(Waiting.TIMEOUT);
		this.time.advanceTimeBy(TIMEOUT);
		assertThat(this.response.getStatusCode()).isNull();
	}

	@Test
	void whatIsNotDecidedIsRefused() {
		StepVerifier.create(handle((request, response) -> Mono.never()))
			.expectSubscription()
			.then(() -> this.time.advanceTimeBy(TIMEOUT))
			.expectComplete()
			.verify(Waiting.TIMEOUT);
		assertThat(this.response.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
	}

	@Test
	void aClientThatGoesAwayEndsTheTimer() {
		StepVerifier.create(handle((request, response) -> Mono.never()))
			.expectSubscription()
			.thenCancel()
			.verify(Waiting.TIMEOUT);
		this.time.advanceTimeBy(TIMEOUT);
		assertThat(this.response.isCommitted()).isFalse();
	}

	/**
	 * Who decides and the timer are on threads of their own, and cancelling takes a
	 * moment.
	 */
	@Test
	void whoDecidesTooLateHasNoResponse() {
		Sinks.Empty<Void> decision = Sinks.empty();
		AtomicReference<ServerHttpResponse> late = new AtomicReference<>();
		StepVerifier.create(handle((request, guarded) -> {
			late.set(guarded);
			return decision.asMono().then(guarded.setComplete());
		})).expectSubscription().then(() -> this.time.advanceTimeBy(TIMEOUT)).expectComplete().verify(Waiting.TIMEOUT);
		assertThat(this.response.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(ExpiringResponse.beginCommit(new ServerHttpResponseDecorator(late.get()))).isFalse();
		DataBuffer body = this.response.bufferFactory().wrap(new byte[1]);
		for (Mono<Void> answer : List.of(late.get().setComplete(), late.get().writeWith(Mono.just(body)),
				late.get().writeWith(Flux.just(body)), late.get().writeAndFlushWith(Flux.just(Flux.just(body))))) {
			CompletableFuture<Void> result = answer.toFuture();
			assertThat(result).isNotDone();
			result.cancel(false);
		}
	}

	@Test
	void whatIsCommittedBeforeTheTimeIsUpIsNotRefused() {
		Sinks.Empty<Void> upgrade = Sinks.empty();
		StepVerifier.create(handle((request, guarded) -> {
			assertThat(ExpiringResponse.beginCommit(guarded)).isTrue();
			guarded.setStatusCode(HttpStatus.SWITCHING_PROTOCOLS);
			return guarded.setComplete().then(upgrade.asMono());
		}))
			.expectSubscription()
			.then(() -> this.time.advanceTimeBy(TIMEOUT))
			.then(upgrade::tryEmitEmpty)
			.expectComplete()
			.verify(Waiting.TIMEOUT);
		assertThat(this.response.getStatusCode()).isEqualTo(HttpStatus.SWITCHING_PROTOCOLS);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void commitThatIsUnderWayFails(boolean emits) {
		Sinks.Empty<Void> saved = Sinks.empty();
		CompletableFuture<Void> result = handle((request, guarded) -> {
			guarded.beforeCommit(saved::asMono);
			return guarded.setComplete().onErrorResume(ResponseStatusException.class, (ex) -> {
				guarded.setStatusCode(ex.getStatusCode());
				return guarded.setComplete();
			});
		}).toFuture();
		assertThat(result).isNotDone();
		this.time.advanceTimeBy(TIMEOUT);
		if (emits) {
			saved.tryEmitEmpty();
		}
		assertThat(result).isCompleted();
		assertThat(this.response.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
	}

	/**
	 * What is not done by then, such as saving a web session, does not hold up the
	 * refusal, which runs it, too.
	 */
	@Test
	void whatRunsBeforeTheCommitDoesNotHoldUpTheRefusal() {
		StepVerifier.create(handle((request, guarded) -> {
			guarded.beforeCommit(Mono::never);
			guarded.beforeCommit(() -> Mono.fromRunnable(() -> guarded.getHeaders().set("x-written", "true")));
			return Mono.never();
		})).expectSubscription().then(() -> this.time.advanceTimeBy(TIMEOUT)).expectComplete().verify(Waiting.TIMEOUT);
		assertThat(this.response.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(this.response.getHeaders().getFirst("x-written")).isEqualTo("true");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void answerWhoseBodyDoesNotBeginFails(boolean flushes) {
		StepVerifier.create(handle((request, guarded) -> {
			guarded.beforeCommit(Mono::never);
			guarded.setStatusCode(HttpStatus.FORBIDDEN);
			Mono<Void> answer = (flushes) ? guarded.writeAndFlushWith(Mono.never()) : guarded.writeWith(Flux.never());
			return answer.onErrorResume(ResponseStatusException.class, (ex) -> {
				guarded.setStatusCode(ex.getStatusCode());
				return guarded
					.writeWith(Mono.just(guarded.bufferFactory().wrap("late".getBytes(StandardCharsets.US_ASCII))));
			});
		})).expectSubscription().then(() -> this.time.advanceTimeBy(TIMEOUT)).expectComplete().verify(Waiting.TIMEOUT);
		assertThat(this.response.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		StepVerifier.create(this.response.getBodyAsString())
			.expectNext("late")
			.expectComplete()
			.verify(Waiting.TIMEOUT);
	}

	@Test
	void answerWhoseBodyHasBegunIsNotRefused() {
		Sinks.Many<DataBuffer> body = Sinks.many().unicast().onBackpressureBuffer();
		StepVerifier.create(handle((request, guarded) -> {
			guarded.setStatusCode(HttpStatus.FORBIDDEN);
			return guarded.writeWith(body.asFlux());
		})).expectSubscription().then(() -> {
			body.tryEmitNext(this.response.bufferFactory().wrap("no".getBytes(StandardCharsets.US_ASCII)));
			this.time.advanceTimeBy(TIMEOUT);
			body.tryEmitNext(this.response.bufferFactory().wrap("pe".getBytes(StandardCharsets.US_ASCII)));
			body.tryEmitComplete();
		}).expectComplete().verify(Waiting.TIMEOUT);
		assertThat(this.response.getStatusCode()).isEqualTo(HttpStatus.FORBIDDEN);
		StepVerifier.create(this.response.getBodyAsString())
			.expectNext("nope")
			.expectComplete()
			.verify(Waiting.TIMEOUT);
	}

	@Test
	void whatCannotBeTimedFails() {
		Schedulers.setFactory(new Schedulers.Factory() {

			@Override
			public Scheduler newParallel(int parallelism, ThreadFactory threadFactory) {
				return Schedulers.immediate();
			}

		});
		StepVerifier.create(handle((request, response) -> Mono.never()))
			.expectError(RejectedExecutionException.class)
			.verify(Waiting.TIMEOUT);
	}

	private Mono<Void> handle(HttpHandler delegate) {
		return new HandshakeTimeout(delegate, TIMEOUT).handle(this.request, this.response);
	}

}
