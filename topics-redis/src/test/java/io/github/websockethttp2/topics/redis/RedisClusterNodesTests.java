package io.github.websockethttp2.topics.redis;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.websockethttp2.topic.TopicPosition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two instances share topics by a cluster of several nodes, of which slots move from one
 * to another.
 */
class RedisClusterNodesTests {

	private static final String TIMEOUT = "--websocket.http2.topics.redis.timeout=2s";

	private static final String HISTORY = "--websocket.http2.topics.redis.history-size=10000";

	private static final String UNBOUNDED = "--websocket.http2.topics.redis.max-in-flight=100000";

	private static RedisCluster cluster;

	private static Instance here;

	private static Instance there;

	@BeforeAll
	static void start() {
		Awaitility.setDefaultTimeout(Instance.TIMEOUT);
		StepVerifier.setDefaultTimeout(Instance.TIMEOUT);
		cluster = RedisCluster.started();
		here = startUp(TIMEOUT, HISTORY, UNBOUNDED);
		there = startUp(TIMEOUT, HISTORY, UNBOUNDED);
	}

	@AfterAll
	static void stop() {
		try {
			there.close();
			here.close();
		}
		finally {
			// Also if no instance has started
			cluster.close();
		}
	}

	private static Instance startUp(String... properties) {
		Instance instance = Instance.start(cluster.masters().get(0),
				Stream.concat(Stream.of(cluster.property()), Stream.of(properties)).toArray(String[]::new));
		Awaitility.await().until(() -> instance.bean(RedisTopicEngine.class).isUp());
		return instance;
	}

	@Test
	void whenTopicsAreOnDifferentNodesThenBothInstancesGetThem() {
		for (RedisServer node : cluster.masters()) {
			String room = cluster.roomOn(node);
			assertThatMessagesFlow(here, there, node, "rooms/" + room);
			TopicPosition position = there.position("rooms/" + room);
			here.send("rooms/" + room, "missed");
			StepVerifier.create(there.socket(room, position)).expectNext("missed").thenCancel().verify();
		}
	}

	@Test
	void whenNoHistoryIsKeptThenBothInstancesGetTopicsOfDifferentNodes() {
		try (Instance one = startUp(TIMEOUT); Instance another = startUp(TIMEOUT)) {
			for (RedisServer node : cluster.masters()) {
				assertThatMessagesFlow(one, another, node, "rooms/" + cluster.roomOn(node));
			}
		}
	}

	private static void assertThatMessagesFlow(Instance sender, Instance receiver, RedisServer node, String topic) {
		List<String> messages = IntStream.range(0, 100).mapToObj(String::valueOf).toList();
		StepVerifier.create(receiver.all(topic))
			.expectNext("<UP>")
			.then(() -> assertThat(cluster.subscriptions(node, topic)).isPositive())
			.then(() -> messages.forEach((message) -> sender.send(topic, message)))
			.expectNextSequence(messages)
			.thenCancel()
			.verify();
	}

	/**
	 * Redis appends it where the slot goes, and publishes it there, where nobody listens
	 * yet.
	 */
	@Test
	void whenMessageIsSentWhileSlotMovesThenItsLossIsToldAndItIsInTheHistory() {
		RedisServer target = cluster.replicated();
		String room = cluster.roomOn(cluster.unreplicated());
		String topic = "rooms/" + room;
		TopicPosition position = there.position(topic);
		long failed = here.counts().failed();
		StepVerifier.create(there.all(topic))
			.expectNext("<UP>")
			.then(() -> here.send(topic, "before"))
			.expectNext("before")
			.then(() -> cluster.beginMove(topic, target))
			.then(() -> here.send(topic, "meanwhile"))
			.then(() -> Awaitility.await().until(() -> here.counts().inFlight() == 0))
			.then(() -> cluster.endMove(topic, target))
			.expectNext("<DOWN>", "<UP>", "<GAP>")
			.then(() -> assertThat(cluster.subscriptions(target, topic)).isPositive())
			.then(() -> here.send(topic, "after"))
			.expectNext("after")
			.thenCancel()
			.verify();
		assertThat(here.counts().failed()).isEqualTo(failed);
		StepVerifier.create(there.socket(room, position))
			.expectNext("before", "meanwhile", "after")
			.thenCancel()
			.verify();
	}

	@Test
	void whenSlotMovesInAFloodThenEachMessageIsDeliveredOrItsLossIsTold() {
		RedisServer target = cluster.unreplicated();
		String room = cluster.roomOn(cluster.replicated());
		String topic = "rooms/" + room;
		TopicPosition position = there.position(topic);
		try (Flood flood = Flood.start(here, there, topic)) {
			cluster.beginMove(topic, target);
			cluster.endMove(topic, target);
			flood.await("<GAP>");
			flood.awaitMessages();
			flood.end();
		}
		assertReplaysAllOrNothing(room, position);
		assertReplays(room);
	}

	@Test
	void whenMasterIsKilledInAFloodThenEachMessageIsDeliveredOrItsLossIsTold() {
		RedisServer master = cluster.replicated();
		String room = cluster.roomOn(master);
		String topic = "rooms/" + room;
		TopicPosition position = there.position(topic);
		try (Flood flood = Flood.start(here, there, topic)) {
			master.kill();
			flood.await("<GAP>");
			flood.awaitMessages();
			flood.end();
		}
		RedisServer replacement = cluster.owner(topic);
		assertThat(replacement).isNotEqualTo(master);
		assertReplaysAllOrNothing(room, position);
		assertReplays(room);
		master.start();
		cluster.awaitReplica(replacement);
	}

	@Test
	void whenReplicaTakesOverThenInstancesAreToldAndNothingIsMissingInTheHistory() {
		RedisServer master = cluster.replicated();
		String room = cluster.roomOn(master);
		String topic = "rooms/" + room;
		TopicPosition position = there.position(topic);
		StepVerifier.create(there.all(topic))
			.expectNext("<UP>")
			.then(() -> here.send(topic, "before"))
			.expectNext("before")
			.then(() -> cluster.swap(master))
			.expectNext("<DOWN>", "<UP>", "<GAP>")
			.then(() -> here.send(topic, "after"))
			.expectNext("after")
			.thenCancel()
			.verify();
		StepVerifier.create(there.socket(room, position)).expectNext("before", "after").thenCancel().verify();
	}

	/**
	 * As for a client that reads too slowly. Long before the next ping.
	 */
	@Test
	void whenNodeClosesTheConnectionOfATopicThenInstanceIsToldAtOnce() {
		try (Instance instance = startUp("--websocket.http2.topics.redis.timeout=1m")) {
			for (RedisServer node : cluster.masters()) {
				String topic = "rooms/" + cluster.roomOn(node);
				StepVerifier.create(instance.all(topic))
					.expectNext("<UP>")
					.then(() -> assertThat(node.command("CLIENT KILL TYPE pubsub")).isNotEqualTo(":0\r\n"))
					.expectNext("<DOWN>", "<UP>", "<GAP>")
					.then(() -> here.send(topic, "after"))
					.expectNext("after")
					.thenCancel()
					.verify();
			}
		}
	}

	/**
	 * Lettuce would follow to a node that nobody pings, if it had no slots before.
	 */
	@Test
	void whenSlotHasMovedUnnoticedThenInstanceConnectsAnewForItsTopic() {
		RedisServer target = cluster.replicated();
		String topic = "rooms/" + cluster.roomOn(cluster.unreplicated());
		try (Instance instance = startUp(TIMEOUT)) {
			cluster.beginMove(topic, target);
			cluster.endMove(topic, target);
			assertThatInstanceConnectsAnew(instance, topic, () -> {
			});
		}
	}

	/**
	 * The old master takes the subscription as a replica, and the history is elsewhere.
	 */
	@Test
	void whenReplicaHasTakenOverUnnoticedThenInstanceConnectsAnewForAPosition() {
		RedisServer master = cluster.replicated();
		String topic = "rooms/" + cluster.roomOn(master);
		try (Instance instance = startUp(TIMEOUT, HISTORY)) {
			cluster.swap(master);
			assertThatInstanceConnectsAnew(instance, topic,
					() -> instance.topic(topic).position().onErrorComplete().block(Instance.TIMEOUT));
		}
	}

	private static void assertThatInstanceConnectsAnew(Instance instance, String topic, Runnable then) {
		StepVerifier.create(instance.all(topic).skipUntil("<DOWN>"::equals))
			.then(then)
			.expectNext("<DOWN>", "<UP>", "<GAP>")
			.then(() -> here.send(topic, "after"))
			.expectNext("after")
			.thenCancel()
			.verify();
	}

	/**
	 * Numbers from 0 on were sent since. Whatever was lost of them is told by the end.
	 */
	private static void assertReplaysAllOrNothing(String room, TopicPosition position) {
		here.send("rooms/" + room, "end");
		Awaitility.await().until(() -> here.counts().inFlight() == 0);
		List<String> replayed = there.socket(room, position)
			.takeUntil("end"::equals)
			.onErrorResume((ex) -> ex.getMessage().equals("Missed") ? Flux.empty() : Flux.error(ex))
			.collectList()
			.block(Instance.TIMEOUT);
		assertThat(replayed).isNotNull();
		if (!replayed.isEmpty()) {
			assertThat(replayed).isEqualTo(
					Stream.concat(IntStream.range(0, replayed.size() - 1).mapToObj(String::valueOf), Stream.of("end"))
						.toList());
		}
	}

	private static void assertReplays(String room) {
		TopicPosition position = there.position("rooms/" + room);
		here.send("rooms/" + room, "missed");
		StepVerifier.create(there.socket(room, position)).expectNext("missed").thenCancel().verify();
	}

}
