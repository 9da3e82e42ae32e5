package io.github.websockethttp2.topics.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.websockethttp2.topic.TopicEvent;
import io.github.websockethttp2.topic.TopicPosition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Clients come back to one of two instances and get what they have missed, from a real
 * Redis, or are told that they cannot.
 */
class RedisHistoryTests {

	private static final String HISTORY = "--websocket.http2.topics.redis.history-size=10000";

	private static final String UNBOUNDED = "--websocket.http2.topics.redis.max-in-flight=100000";

	private static RedisServer redis;

	private static Instance here;

	private static Instance there;

	@BeforeAll
	static void start() {
		Awaitility.setDefaultTimeout(Instance.TIMEOUT);
		StepVerifier.setDefaultTimeout(Instance.TIMEOUT);
		redis = RedisServer.started();
		here = Instance.startUp(redis, HISTORY, UNBOUNDED);
		there = Instance.startUp(redis, HISTORY, UNBOUNDED);
	}

	@AfterAll
	static void stop() {
		there.close();
		here.close();
		redis.close();
	}

	@Test
	void whenClientComesBackToAnotherInstanceThenItGetsWhatItHasMissedAndGoesOn() {
		here.send("rooms/back", "before");
		TopicPosition position = here.position("rooms/back");
		here.send("rooms/back", "one");
		Awaitility.await().until(() -> here.counts().inFlight() == 0);
		there.send("rooms/back", "two");
		StepVerifier.create(there.socket("back", position))
			.expectNext("one", "two")
			.then(() -> here.send("rooms/back", "three"))
			.expectNext("three")
			.thenCancel()
			.verify();
		assertThat(there.counts().replays()).isPositive();
	}

	@Test
	void whenTopicHadNoMessageThenItsPositionIsTheBeginning() {
		TopicPosition position = here.position("rooms/new");
		assertThat(here.position("rooms/new")).isEqualTo(position);
		StepVerifier.create(here.socket("new", position))
			.then(() -> Awaitility.await().until(() -> here.topic("rooms/new").subscribers() == 1))
			.then(() -> there.send("rooms/new", "one"))
			.expectNext("one")
			.thenCancel()
			.verify();
	}

	/**
	 * While both instances send, clients come to both of them.
	 */
	@Test
	void whenClientsComeBackInAFloodThenEachGetsEachMessageOnceAndInOrder() {
		TopicPosition position = here.position("rooms/flood");
		AtomicBoolean flooding = new AtomicBoolean(true);
		List<FutureTask<Integer>> senders = List.of(sender(here, "here ", flooding), sender(there, "there ", flooding));
		senders.forEach((sender) -> new Thread(sender).start());
		List<Queue<String>> clients = new ArrayList<>();
		Disposable.Composite sockets = Disposables.composite();
		for (int i = 0; i < 20; i++) {
			Queue<String> received = new ConcurrentLinkedQueue<>();
			clients.add(received);
			sockets.add(((i % 2 == 0) ? here : there).socket("flood", position)
				.subscribe(received::add, (ex) -> received.add(ex.toString())));
			Awaitility.await().until(() -> !received.isEmpty());
		}
		flooding.set(false);
		int sentHere = get(senders.get(0));
		int sentThere = get(senders.get(1));
		for (Queue<String> client : clients) {
			Awaitility.await().until(() -> client.size() >= sentHere + sentThere);
			assertOnceInOrder(client, "here ", sentHere);
			assertOnceInOrder(client, "there ", sentThere);
			assertThat(client).hasSize(sentHere + sentThere);
		}
		sockets.dispose();
	}

	/**
	 * Sends until the flood is over, but not more than the history keeps.
	 */
	private static FutureTask<Integer> sender(Instance instance, String prefix, AtomicBoolean flooding) {
		return new FutureTask<>(() -> {
			int number = 0;
			while (flooding.get() && number < 4_000) {
				instance.send("rooms/flood", prefix + number++);
				LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
			}
			return number;
		});
	}

	private static int get(FutureTask<Integer> sender) {
		try {
			return sender.get(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException | ExecutionException | TimeoutException ex) {
			throw new AssertionError("Awaited in vain: the end of a sender", ex);
		}
	}

	private static void assertOnceInOrder(Queue<String> client, String prefix, int messages) {
		assertThat(client.stream().filter((message) -> message.startsWith(prefix)).collect(Collectors.toList()))
			.isEqualTo(IntStream.range(0, messages).mapToObj((number) -> prefix + number).toList());
	}

	@Test
	void whenPositionIsOlderThanTheHistoryThenClientIsTold() {
		try (Instance third = Instance.startUp(redis, "--websocket.http2.topics.redis.history-size=5")) {
			TopicPosition position = third.position("rooms/old");
			IntStream.range(0, 5).forEach((number) -> third.send("rooms/old", "message"));
			StepVerifier.create(third.socket("old", position)).expectNextCount(5).thenCancel().verify();
			third.send("rooms/old", "one more");
			assertMissed(third, "old", position);
		}
	}

	@Test
	void whenHistoryIsAnotherThenClientIsTold() {
		String key = "{websocket:topics:rooms/other}:history";
		here.send("rooms/other", "one");
		TopicPosition position = here.position("rooms/other");
		String id = position.value().substring(0, position.value().lastIndexOf('-'));
		assertThat(Integer.parseInt(redis.command("PTTL " + key).substring(1).trim())).isBetween(1, 300_000);
		// As if a server had come back without its last messages, and got others
		redis.command("DEL " + key);
		redis.command("XADD " + key + " " + id + " message another");
		assertMissed(here, "other", position);
	}

	@Test
	void whenPositionIsMadeUpThenClientIsTold() {
		for (String position : List.of("", "1-1", "1-1-0123456789abcdef", "9".repeat(20) + "-1-0123456789abcdef", "%00",
				"x".repeat(1_000))) {
			assertMissed(here, "made-up", new TopicPosition(position));
		}
	}

	@Test
	void whenRedisIsLostThenHistoryIsThereIfItIsPersistent() {
		for (boolean persistent : List.of(true, false)) {
			try (RedisServer own = persistent ? RedisServer.started("--appendonly", "yes", "--appendfsync", "always")
					: RedisServer.started();
					Instance instance = Instance.start(own, HISTORY, "--websocket.http2.topics.redis.timeout=2s")) {
				RedisTopicEngine engine = instance.bean(RedisTopicEngine.class);
				Awaitility.await().until(engine::isUp);
				TopicPosition position = instance.position("rooms/lost");
				instance.send("rooms/lost", "one");
				Awaitility.await().until(() -> instance.counts().inFlight() == 0);
				own.kill();
				Awaitility.await().until(() -> !engine.isUp());
				assertMissed(instance, "lost", position);
				own.start();
				Awaitility.await().until(engine::isUp);
				assertThat(instance.topic("rooms/lost")
					.events()
					.filter(TopicEvent.UP::equals)
					.blockFirst(Instance.TIMEOUT)).isNotNull();
				if (persistent) {
					StepVerifier.create(instance.socket("lost", position)).expectNext("one").thenCancel().verify();
				}
				else {
					instance.send("rooms/lost", "two");
					assertMissed(instance, "lost", position);
				}
			}
		}
	}

	@Test
	void whenManyComeBackAtOnceThenAllGetWhatTheyHaveMissed() {
		TopicPosition position = here.position("rooms/many");
		here.send("rooms/many", "missed");
		StepVerifier.create(Flux.range(0, 100).flatMap((number) -> here.socket("many", position).next(), 100).count())
			.expectNext(100L)
			.verifyComplete();
	}

	@Test
	void whenNoHistoryIsKeptThenFailureNamesTheProperty() {
		try (Instance third = Instance.startUp(redis)) {
			assertThatIllegalStateException().isThrownBy(() -> third.position("rooms/none"))
				.withMessageContaining("websocket.http2.topics.redis.history-size");
			third.send("rooms/none", "one");
			Awaitility.await().until(() -> third.counts().published() == 1);
			assertThat(redis.command("EXISTS {websocket:topics:rooms/none}:history")).isEqualTo(":0\r\n");
		}
	}

	private static void assertMissed(Instance instance, String room, TopicPosition position) {
		StepVerifier.create(instance.socket(room, position)).expectErrorMessage("Missed").verify();
	}

}
