package io.github.websockethttp2.topics.redis;

import io.github.websockethttp2.topic.Delivery;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Redis is killed, stalled, or not there: topics go on in each instance, and whatever
 * does not get to the others is told.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisAwayTests {

	/** Long enough for a busy machine. What is killed is noticed at once all the same. */
	private static final String TIMEOUT = "--websocket.http2.topics.redis.timeout=2s";

	@BeforeAll
	static void setTimeouts() {
		Awaitility.setDefaultTimeout(Instance.TIMEOUT);
		StepVerifier.setDefaultTimeout(Instance.TIMEOUT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "no", "yes" })
	void whenRedisIsKilledAndStartedAgainThenInstancesAreToldAndGoOn(String persistent, CapturedOutput output) {
		try (RedisServer redis = RedisServer.started("--appendonly", persistent);
				Instance here = Instance.start(redis, TIMEOUT);
				Instance there = Instance.start(redis, TIMEOUT)) {
			StepVerifier.create(there.all("news"))
				.expectNext("<UP>")
				.then(() -> here.send("news", "before"))
				.expectNext("before")
				.then(redis::kill)
				.expectNext("<DOWN>")
				.then(() -> assertThat(there.send("news", "here only")).isEqualTo(new Delivery(1, 0, 0)))
				.expectNext("here only")
				.then(redis::start)
				.expectNext("<UP>", "<GAP>")
				.then(() -> awaitUp(here))
				.then(() -> here.send("news", "after"))
				.expectNext("after")
				.thenCancel()
				.verify();
			assertThat(there.counts().failed()).isEqualTo(1);
			assertThat(there.counts().gaps()).isGreaterThanOrEqualTo(1);
		}
		assertThat(output.toString().split("Topics do not reach other instances", -1)).hasSize(3);
		assertThat(output.toString().split("Topics reach other instances again", -1)).hasSize(3);
		assertThat(output).doesNotContain("ERROR").doesNotContain("Exception");
	}

	@Test
	void whenRedisIsStalledThenPublishesFailAndInstancesAreTold() {
		try (RedisServer redis = RedisServer.started();
				Instance here = Instance.start(redis, TIMEOUT, "--websocket.http2.topics.redis.max-in-flight=10");
				Instance there = Instance.start(redis, TIMEOUT)) {
			awaitUp(here);
			StepVerifier.create(there.all("news")).expectNext("<UP>").then(() -> {
				redis.stall();
				for (int i = 0; i < 1_000; i++) {
					here.send("news", "lost");
				}
				assertThat(here.counts().failed()).isGreaterThanOrEqualTo(990);
				assertThat(here.counts().inFlight()).isLessThanOrEqualTo(10);
			}).expectNext("<DOWN>").then(() -> {
				Awaitility.await().until(() -> !here.bean(RedisTopicEngine.class).isUp());
				Awaitility.await().until(() -> here.counts().failed() == 1_000);
				assertThat(here.counts().inFlight()).isZero();
				redis.resume();
			})
				.expectNext("<UP>", "<GAP>")
				.then(() -> awaitUp(here))
				.then(() -> here.send("news", "after"))
				.thenConsumeWhile((signal) -> signal.equals("<GAP>"))
				.expectNext("after")
				.thenCancel()
				.verify();
		}
	}

	@Test
	void whenRedisIsAwayAtStartThenApplicationStartsAndIsConnectedLater() {
		try (RedisServer redis = RedisServer.absent(); Instance here = Instance.start(redis, TIMEOUT)) {
			RedisTopicsHealthIndicator health = here.bean(RedisTopicsHealthIndicator.class);
			MeterRegistry meters = here.bean(MeterRegistry.class);
			StepVerifier.create(here.all("news")).expectNext("<DOWN>").then(() -> {
				assertThat(here.send("news", "said")).isEqualTo(new Delivery(1, 0, 0));
				assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
				assertThat(health.health().getDetails()).containsKey("reason");
				assertThat(meters.get("websocket.topic.engine.up").gauge().value()).isZero();
				assertThat(meters.get("websocket.topic.engine.failed").functionCounter().count()).isEqualTo(1);
			}).expectNext("said").then(redis::start).expectNext("<UP>", "<GAP>").thenCancel().verify();
			assertThat(health.health().getStatus()).isEqualTo(Status.UP);
			assertThat(meters.get("websocket.topic.engine.up").gauge().value()).isEqualTo(1);
		}
	}

	@Test
	void whenRedisIsKilledInAFloodThenEachMessageIsDeliveredOrItsLossIsTold() {
		try (RedisServer redis = RedisServer.started();
				Instance here = Instance.start(redis, TIMEOUT);
				Instance there = Instance.start(redis, TIMEOUT)) {
			awaitUp(here);
			try (Flood flood = Flood.start(here, there, "flood")) {
				redis.kill();
				flood.await("<DOWN>");
				redis.start();
				flood.awaitMessages();
				assertThat(flood.end()).contains("<GAP>");
			}
		}
	}

	private static void awaitUp(Instance instance) {
		Awaitility.await().until(() -> instance.bean(RedisTopicEngine.class).isUp());
	}

}
