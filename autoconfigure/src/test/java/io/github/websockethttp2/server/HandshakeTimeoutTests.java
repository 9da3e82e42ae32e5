package io.github.websockethttp2.server;

import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
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
	}

	@Test
	void whatIsDecidedAtOnceNeedsNoTimer() {
		StepVerifier.create(handle((request, response) -> response.setComplete())).verifyComplete();
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
			.verifyComplete();
		this.time.advanceTimeBy(TIMEOUT);
		assertThat(this.response.getStatusCode()).isNull();
	}

	@Test
	void whatIsNotDecidedIsRefused() {
		StepVerifier.create(handle((request, response) -> Mono.never()))
			.expectSubscription()
			.then(() -> this.time.advanceTimeBy(TIMEOUT))
			.verifyComplete();
		assertThat(this.response.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
	}

	@Test
	void aClientThatGoesAwayEndsTheTimer() {
		StepVerifier.create(handle((request, response) -> Mono.never())).expectSubscription().thenCancel().verify();
		this.time.advanceTimeBy(TIMEOUT);
		assertThat(this.response.isCommitted()).isFalse();
	}

	private Mono<Void> handle(HttpHandler delegate) {
		return new HandshakeTimeout(delegate, TIMEOUT).handle(this.request, this.response);
	}

}
