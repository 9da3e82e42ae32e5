package io.github.websockethttp2.topics.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.lettuce.core.cluster.SlotHash;
import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A real cluster of Redis: three masters, the first of which has a replica. Who is what
 * may change.
 */
final class RedisCluster implements AutoCloseable {

	private static final int MASTERS = 3;

	/** In milliseconds. A node that is silent for as long is replaced. */
	private static final String NODE_TIMEOUT = "2000";

	private static final Pattern MOVED = Pattern.compile("-MOVED \\d+ [^ ]*:(\\d+)\\s*");

	private final List<RedisServer> nodes = new ArrayList<>();

	private int rooms;

	private RedisCluster() {
	}

	static RedisCluster started() {
		RedisCluster cluster = new RedisCluster();
		try {
			cluster.start();
		}
		catch (Throwable ex) {
			cluster.close();
			throw ex;
		}
		return cluster;
	}

	private void start() {
		for (int i = 0; i <= MASTERS; i++) {
			RedisServer node = RedisServer.startedNode("--cluster-node-timeout", NODE_TIMEOUT, "--appendonly", "yes",
					"--repl-diskless-sync-delay", "0");
			this.nodes.add(node);
			ok(node, "CLUSTER SET-CONFIG-EPOCH " + (i + 1));
			if (i < MASTERS) {
				ok(node, "CLUSTER ADDSLOTSRANGE " + firstSlot(i) + " " + (firstSlot(i + 1) - 1));
			}
		}
		RedisServer first = this.nodes.get(0);
		RedisServer replica = this.nodes.get(MASTERS);
		this.nodes.stream()
			.skip(1)
			.forEach((node) -> ok(first, "CLUSTER MEET 127.0.0.1 " + node.port() + " " + busPort(node)));
		this.nodes.forEach((node) -> await(node, "CLUSTER INFO", "cluster_known_nodes:" + this.nodes.size()));
		await(replica, "CLUSTER REPLICATE " + id(first), "+OK");
		awaitReplica(first);
		this.nodes.forEach((node) -> await(node, "CLUSTER INFO", "cluster_state:ok"));
	}

	private static int firstSlot(int master) {
		return SlotHash.SLOT_COUNT * master / MASTERS;
	}

	private static String busPort(RedisServer node) {
		return node.command("CONFIG GET cluster-port").lines().reduce((line, next) -> next).orElseThrow();
	}

	private static String id(RedisServer node) {
		return node.command("CLUSTER MYID").lines().toList().get(1);
	}

	/**
	 * Returns where the cluster is, as a property.
	 */
	String property() {
		return "--spring.data.redis.cluster.nodes="
				+ this.nodes.stream().map((node) -> "127.0.0.1:" + node.port()).collect(Collectors.joining(","));
	}

	List<RedisServer> masters() {
		return this.nodes.stream()
			.filter((node) -> node.isRunning() && node.command("ROLE").contains("master"))
			.toList();
	}

	/**
	 * Returns the master that has a replica.
	 */
	RedisServer replicated() {
		return masters().stream().filter((node) -> !replicas(node).isEmpty()).findFirst().orElseThrow();
	}

	RedisServer unreplicated() {
		return masters().stream().filter((node) -> replicas(node).isEmpty()).findFirst().orElseThrow();
	}

	private List<RedisServer> replicas(RedisServer master) {
		return this.nodes.stream().filter(RedisServer::isRunning).filter((node) -> {
			String role = node.command("ROLE");
			return role.contains("slave") && role.contains(":" + master.port() + "\r") && role.contains("connected");
		}).toList();
	}

	void awaitReplica(RedisServer master) {
		Awaitility.await().until(() -> !replicas(master).isEmpty());
	}

	/**
	 * Returns a new room whose topic, with its history, is on a master.
	 */
	String roomOn(RedisServer master) {
		return Stream.generate(() -> String.valueOf(this.rooms++))
			.filter((room) -> owner("rooms/" + room).equals(master))
			.findFirst()
			.orElseThrow();
	}

	/**
	 * Returns the master that a topic is on, as one says that has no replica.
	 */
	RedisServer owner(String topic) {
		RedisServer asked = this.nodes.get(1);
		Matcher moved = MOVED.matcher(asked.command("EXISTS " + key(topic)));
		return moved.matches() ? node(Integer.parseInt(moved.group(1))) : asked;
	}

	private RedisServer node(int port) {
		return this.nodes.stream().filter((node) -> node.port() == port).findFirst().orElseThrow();
	}

	private static String key(String topic) {
		return "{" + channel(topic) + "}:history";
	}

	private static String channel(String topic) {
		return "websocket:topics:" + topic;
	}

	/**
	 * Returns how many connections have subscribed to a topic on a node.
	 */
	int subscriptions(RedisServer node, String topic) {
		String last = node.command("PUBSUB SHARDNUMSUB " + channel(topic))
			.lines()
			.reduce((line, next) -> next)
			.orElseThrow();
		return Integer.parseInt(last.substring(1));
	}

	/**
	 * The slot of a topic begins to move, and its history has moved already.
	 */
	void beginMove(String topic, RedisServer target) {
		RedisServer source = owner(topic);
		int slot = SlotHash.getSlot(channel(topic));
		ok(target, "CLUSTER SETSLOT " + slot + " IMPORTING " + id(source));
		ok(source, "CLUSTER SETSLOT " + slot + " MIGRATING " + id(target));
		assertThat(source.command("MIGRATE 127.0.0.1 " + target.port() + " " + key(topic) + " 0 5000")).isIn("+OK\r\n",
				"+NOKEY\r\n");
	}

	/**
	 * The slot of a topic is another node's.
	 */
	void endMove(String topic, RedisServer target) {
		String command = "CLUSTER SETSLOT " + SlotHash.getSlot(channel(topic)) + " NODE " + id(target);
		ok(target, command);
		masters().forEach((node) -> ok(node, command));
		assertThat(owner(topic)).isEqualTo(target);
	}

	/**
	 * A master and its replica change places.
	 */
	void swap(RedisServer master) {
		RedisServer replica = replicas(master).get(0);
		ok(replica, "CLUSTER FAILOVER");
		awaitReplica(replica);
	}

	private static void ok(RedisServer node, String command) {
		assertThat(node.command(command)).as(command).isEqualTo("+OK\r\n");
	}

	private static void await(RedisServer node, String command, String expected) {
		Awaitility.await().until(() -> node.command(command).contains(expected));
	}

	@Override
	public void close() {
		this.nodes.forEach(RedisServer::close);
	}

}
