package io.github.websockethttp2.server;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a handshake costs that is decided, and what becomes of one that is not.
 */
class HandshakeTimeoutTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final Duration WAIT = Duration.ofSeconds(5);

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
		StepVerifier.create(handle((request, response) -> response.setComplete())).expectComplete().verify(WAIT);
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
			.verify(WAIT);
		this.time.advanceTimeBy(TIMEOUT);
		assertThat(this.response.getStatusCode()).isNull();
	}

	@Test
	void whatIsNotDecidedIsRefused() {
		StepVerifier.create(handle((request, response) -> Mono.never()))
			.expectSubscription()
			.then(() -> this.time.advanceTimeBy(TIMEOUT))
			.expectComplete()
			.verify(WAIT);
		assertThat(this.response.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
	}

	@Test
	void aClientThatGoesAwayEndsTheTimer() {
		StepVerifier.create(handle((request, response) -> Mono.never())).expectSubscription().thenCancel().verify(WAIT);
		this.time.advanceTimeBy(TIMEOUT);
		assertThat(this.response.isCommitted()).isFalse();
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
			.verify(WAIT);
	}

	private Mono<Void> handle(HttpHandler delegate) {
		return new HandshakeTimeout(delegate, TIMEOUT).handle(this.request, this.response);
	}

}
