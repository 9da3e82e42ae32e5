package io.github.websockethttp2.topics.redis;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.pubsub.StatefulRedisClusterPubSubConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubListener;

/**
 * Connections to a cluster, with a channel on the shard that its name belongs to.
 */
final class ClusterConnections implements RedisConnections {

	private final StatefulRedisClusterPubSubConnection<byte[], byte[]> subscribing;

	private final StatefulRedisClusterConnection<byte[], byte[]> publishing;

	private final Listener listener;

	private final LeavingChannels leaving = new LeavingChannels();

	/**
	 * Open the connections. Blocks until they are open, or cannot be.
	 */
	ClusterConnections(RedisClusterClient client, Listener listener) {
		this.listener = listener;
		client.refreshPartitions();
		ChannelListener channelListener = new ChannelListener(listener, this.leaving);
		this.subscribing = client.connectPubSub(ByteArrayCodec.INSTANCE);
		try {
			this.subscribing.addListener((RedisPubSubListener<byte[], byte[]>) channelListener);
			this.subscribing.addListener((RedisConnectionStateListener) channelListener);
			this.publishing = client.connect(ByteArrayCodec.INSTANCE);
			this.publishing.addListener(channelListener);
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
		return CompletableFuture.allOf(channels.stream()
			.map((channel) -> this.subscribing.async().ssubscribe(channel).toCompletableFuture())
			.toArray(CompletableFuture[]::new));
	}

	@Override
	public CompletionStage<?> unsubscribe(byte[] channel) {
		this.leaving.add(channel);
		return this.subscribing.async().sunsubscribe(channel);
	}

	@Override
	public CompletionStage<?> ping() {
		return CompletableFuture.allOf(this.subscribing.getPartitions()
			.stream()
			// One that has been replaced stays known for a while
			.filter((node) -> node.is(RedisClusterNode.NodeFlag.UPSTREAM) && !node.hasNoSlots())
			.map(this::ping)
			.toArray(CompletableFuture[]::new));
	}

	private CompletableFuture<String> ping(RedisClusterNode node) {
		return this.subscribing.getConnectionAsync(node.getUri().getHost(), node.getUri().getPort())
			.thenCompose((connection) -> connection.async().ping());
	}

	@Override
	public void close() {
		this.subscribing.closeAsync();
		this.publishing.closeAsync();
	}

}
