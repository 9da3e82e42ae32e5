package io.github.websockethttp2.topics.redis;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import io.github.websockethttp2.topic.Delivery;
import io.github.websockethttp2.topic.TopicEvent;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two instances of an application share topics by a real Redis.
 */
class RedisTopicsTests {

	private static RedisServer redis;

	private static Instance here;

	private static Instance there;

	@BeforeAll
	static void start() {
		Awaitility.setDefaultTimeout(Instance.TIMEOUT);
		StepVerifier.setDefaultTimeout(Instance.TIMEOUT);
		redis = RedisServer.started();
		here = Instance.startUp(redis);
		there = Instance.startUp(redis);
	}

	@AfterAll
	static void stop() {
		there.close();
		here.close();
		redis.close();
	}

	@Test
	void whenMessagesAreSentThenBothInstancesGetThemOnceInOrder() {
		List<String> messages = IntStream.range(0, 500).mapToObj(String::valueOf).toList();
		StepVerifier.create(here.topic("many").messages().take(500).collectList()).then(() -> {
			StepVerifier.create(there.all("many")).expectNext("<UP>").then(() -> {
				for (String message : messages) {
					assertThat(here.send("many", message)).isEqualTo(new Delivery(1, 0, 0));
				}
			}).expectNextSequence(messages).thenCancel().verify();
		}).expectNext(messages).verifyComplete();
		Awaitility.await().untilAsserted(() -> assertThat(here.counts().inFlight()).isZero());
		assertThat(here.counts().failed()).isZero();
		assertThat(there.counts().gaps()).isZero();
	}

	@Test
	void whenSessionIsOnAnotherInstanceThenItGetsMessages() {
		Queue<String> received = new ConcurrentLinkedQueue<>();
		Disposable sockets = Flux.merge(here.socket("one"), there.socket("one")).subscribe(received::add);
		Awaitility.await().until(() -> here.topic("rooms/one").subscribers() == 1);
		Awaitility.await().until(() -> there.topic("rooms/one").subscribers() == 1);
		assertThat(there.topic("rooms/one").events().blockFirst(Instance.TIMEOUT)).isEqualTo(TopicEvent.UP);
		here.send("rooms/one", "said");
		Awaitility.await().until(() -> received.size() == 2);
		assertThat(received).containsExactly("said", "said");
		sockets.dispose();
		Awaitility.await().until(() -> there.topic("rooms/one").subscribers() == 0);
	}

	@Test
	void whenNobodyIsInTopicThenItLingersAndIsUnsubscribedFrom() {
		StepVerifier.create(there.topic("short").events()).expectNext(TopicEvent.UP).thenCancel().verify();
		assertThat(redis.command("PUBSUB NUMSUB websocket:topics:short")).contains(":1");
		Awaitility.await()
			.untilAsserted(() -> assertThat(redis.command("PUBSUB NUMSUB websocket:topics:short")).contains(":0"));
	}

	@Test
	void whenSomebodyElsePublishesThenItIsIgnored() {
		StepVerifier.create(there.all("foreign"))
			.expectNext("<UP>")
			.then(() -> redis.command("PUBLISH websocket:topics:foreign nonsense"))
			.then(() -> here.send("foreign", "said"))
			.expectNext("said")
			.thenCancel()
			.verify();
	}

	@Test
	void whenInstanceIsPausedAndStartedAgainThenItGetsMessages() {
		Instance third = Instance.startUp(redis);
		StepVerifier.create(third.all("paused"))
			.expectNext("<UP>")
			.then(() -> third.bean(RedisTopicEngine.class).stop())
			.expectNext("<DOWN>")
			.then(() -> third.bean(RedisTopicEngine.class).start())
			.expectNext("<UP>", "<GAP>")
			.then(() -> here.send("paused", "said"))
			.expectNext("said")
			.thenCancel()
			.verify();
		third.close();
	}

	@Test
	void whenSomebodyComesAndGoesWhileInstanceIsPausedThenNothingIsForgotten() {
		Instance third = Instance.startUp(redis);
		RedisTopicEngine engine = third.bean(RedisTopicEngine.class);
		Disposable gone = engine.subscribe("gone").subscribe();
		Awaitility.await()
			.untilAsserted(() -> assertThat(redis.command("PUBSUB NUMSUB websocket:topics:gone")).contains(":1"));
		engine.stop();
		gone.dispose();
		StepVerifier.create(third.all("come"))
			.expectNext("<DOWN>")
			.then(engine::start)
			.expectNext("<UP>", "<GAP>")
			.then(() -> here.send("come", "said"))
			.expectNext("said")
			.thenCancel()
			.verify();
		assertThat(redis.command("PUBSUB NUMSUB websocket:topics:gone")).contains(":0");
		third.close();
	}

}
