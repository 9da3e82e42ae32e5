package io.github.websockethttp2.topics.redis;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.pubsub.StatefulRedisClusterPubSubConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;

/**
 * Connections to a cluster, with a channel on the shard that its name belongs to.
 */
final class ClusterConnections implements RedisConnections {

	private final StatefulRedisClusterPubSubConnection<byte[], byte[]> subscribing;

	private final StatefulRedisClusterConnection<byte[], byte[]> publishing;

	/** The connections to nodes that have had a channel. */
	private final Set<StatefulRedisPubSubConnection<byte[], byte[]>> nodes = ConcurrentHashMap.newKeySet();

	private final Listener listener;

	private final ChannelListener channelListener;

	private final LeavingChannels leaving = new LeavingChannels();

	/**
	 * Open the connections. Blocks until they are open, or cannot be.
	 */
	ClusterConnections(RedisClusterClient client, Listener listener) {
		this.listener = listener;
		client.refreshPartitions();
		this.channelListener = new ChannelListener(listener, this.leaving);
		this.subscribing = client.connectPubSub(ByteArrayCodec.INSTANCE);
		try {
			this.subscribing.addListener((RedisPubSubListener<byte[], byte[]>) this.channelListener);
			this.subscribing.addListener((RedisConnectionStateListener) this.channelListener);
			this.publishing = client.connect(ByteArrayCodec.INSTANCE);
			this.publishing.addListener(this.channelListener);
		}
		catch (RuntimeException ex) {
			this.subscribing.closeAsync();
			throw ex;
		}
	}

	@Override
	public CompletionStage<?> publish(byte[] channel, byte[] message) {
		return run((redis) -> redis.spublish(channel, message));
	}

	@Override
	public <T> CompletionStage<T> run(
			Function<RedisClusterAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> command) {
		// A connection to a node that is lost stays so, and says it here only
		return command.apply(this.publishing.async()).whenComplete((answer, ex) -> {
			if (ex != null && !(ex instanceof RedisCommandExecutionException)) {
				this.listener.lost("it does not answer");
			}
		});
	}

	@Override
	public String publishCommand() {
		return "SPUBLISH";
	}

	@Override
	public CompletionStage<?> subscribe(Collection<byte[]> channels) {
		return CompletableFuture.allOf(channels.stream().map(this::subscribe).toArray(CompletableFuture[]::new));
	}

	/**
	 * Fails if the slot has moved. Lettuce would follow to a node that is not pinged.
	 */
	private CompletableFuture<Void> subscribe(byte[] channel) {
		RedisClusterNode node = this.subscribing.getPartitions().getMasterBySlot(SlotHash.getSlot(channel));
		return (node != null) ? connection(node).thenCompose((connection) -> subscribe(connection, channel))
				: CompletableFuture.failedFuture(new IllegalStateException("No node has its slot"));
	}

	private CompletionStage<Void> subscribe(StatefulRedisPubSubConnection<byte[], byte[]> connection, byte[] channel) {
		// The connection to the cluster does not tell that this one is lost
		if (this.nodes.add(connection)) {
			connection.addListener((RedisConnectionStateListener) this.channelListener);
		}
		return connection.async().ssubscribe(channel);
	}

	private CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> connection(RedisClusterNode node) {
		try {
			return this.subscribing.getConnectionAsync(node.getUri().getHost(), node.getUri().getPort());
		}
		catch (RuntimeException ex) {
			// Closed, or not a node that Lettuce knows any more
			return CompletableFuture.failedFuture(ex);
		}
	}

	@Override
	public CompletionStage<?> unsubscribe(byte[] channel) {
		this.leaving.add(channel);
		return this.subscribing.async().sunsubscribe(channel);
	}

	@Override
	public CompletionStage<?> ping() {
		List<CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>>> masters = this.subscribing
			.getPartitions()
			.stream()
			// One that has been replaced stays known for a while
			.filter((node) -> node.is(RedisClusterNode.NodeFlag.UPSTREAM) && !node.hasNoSlots())
			.map(this::connection)
			.toList();
		return CompletableFuture.allOf(masters.toArray(CompletableFuture[]::new))
			.thenCompose((opened) -> ping(masters.stream().map(CompletableFuture::join).toList()));
	}

	/**
	 * Fails if others have channels. A node that is a replica now passes on what its
	 * master gets, but later than the history has it.
	 */
	private CompletableFuture<Void> ping(List<StatefulRedisPubSubConnection<byte[], byte[]>> masters) {
		return Set.copyOf(masters).containsAll(this.nodes)
				? CompletableFuture.allOf(masters.stream()
					.map((connection) -> connection.async().ping().toCompletableFuture())
					.toArray(CompletableFuture[]::new))
				: CompletableFuture.failedFuture(new IllegalStateException("A node is no master any more"));
	}

	@Override
	public void close() {
		this.subscribing.closeAsync();
		this.publishing.closeAsync();
	}

}
