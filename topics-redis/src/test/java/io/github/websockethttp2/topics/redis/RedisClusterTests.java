package io.github.websockethttp2.topics.redis;

import io.github.websockethttp2.topic.TopicPosition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Topics on a cluster, of which one server has all shards.
 */
class RedisClusterTests {

	@BeforeAll
	static void setTimeouts() {
		Awaitility.setDefaultTimeout(Instance.TIMEOUT);
		StepVerifier.setDefaultTimeout(Instance.TIMEOUT);
	}

	@Test
	void whenServerIsAClusterThenChannelsAreThoseOfShards() {
		try (RedisServer redis = RedisServer.startedNode()) {
			redis.command("CLUSTER ADDSLOTSRANGE 0 16383");
			awaitCluster(redis);
			String nodes = "--spring.data.redis.cluster.nodes=127.0.0.1:" + redis.port();
			String timeout = "--websocket.http2.topics.redis.timeout=2s";
			String history = "--websocket.http2.topics.redis.history-size=10";
			try (Instance here = Instance.start(redis, nodes, timeout, history);
					Instance there = Instance.start(redis, nodes, timeout, history)) {
				Awaitility.await().until(() -> here.bean(RedisTopicEngine.class).isUp());
				whenServerIsAClusterThenHistoryIsReplayed(here, there);
				StepVerifier.create(there.all("news"))
					.expectNext("<UP>")
					.then(() -> assertThat(redis.command("PUBSUB SHARDNUMSUB websocket:topics:news")).contains(":1"))
					.then(() -> here.send("news", "one"))
					.expectNext("one")
					.then(() -> Awaitility.await().until(() -> here.counts().inFlight() == 0))
					.then(redis::kill)
					.expectNext("<DOWN>")
					.then(redis::start)
					.expectNext("<UP>", "<GAP>")
					.then(() -> awaitCluster(redis))
					.then(() -> Awaitility.await().until(() -> here.bean(RedisTopicEngine.class).isUp()))
					.then(() -> here.send("news", "two"))
					.expectNext("two")
					.thenCancel()
					.verify();
			}
		}
	}

	/**
	 * Before that, it passes messages on, but keeps none.
	 */
	private static void awaitCluster(RedisServer redis) {
		Awaitility.await().until(() -> redis.command("CLUSTER INFO").contains("cluster_state:ok"));
	}

	private static void whenServerIsAClusterThenHistoryIsReplayed(Instance here, Instance there) {
		TopicPosition position = here.position("rooms/{one}");
		here.send("rooms/{one}", "missed");
		StepVerifier.create(there.socket("%7Bone%7D", position)).expectNext("missed").thenCancel().verify();
	}

}
