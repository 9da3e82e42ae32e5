package io.github.websockethttp2.topics.redis;

import java.util.Collection;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;

/**
 * Connections to one Redis, which Sentinel may have chosen.
 */
final class PlainConnections implements RedisConnections {

	private final StatefulRedisPubSubConnection<byte[], byte[]> subscribing;

	private final StatefulRedisConnection<byte[], byte[]> publishing;

	/**
	 * Open the connections. Blocks until they are open, or cannot be.
	 */
	PlainConnections(RedisClient client, Listener listener) {
		ChannelListener channelListener = new ChannelListener(listener, new LeavingChannels());
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
		return run((redis) -> redis.publish(channel, message));
	}

	@Override
	public <T> CompletionStage<T> run(
			Function<RedisClusterAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> command) {
		return command.apply(this.publishing.async());
	}

	@Override
	public String publishCommand() {
		return "PUBLISH";
	}

	@Override
	public CompletionStage<?> subscribe(Collection<byte[]> channels) {
		return this.subscribing.async().subscribe(channels.toArray(byte[][]::new));
	}

	@Override
	public CompletionStage<?> unsubscribe(byte[] channel) {
		return this.subscribing.async().unsubscribe(channel);
	}

	@Override
	public CompletionStage<?> ping() {
		CompletionStage<String> publishing = this.publishing.async().ping();
		return this.subscribing.async().ping().thenCombine(publishing, (one, other) -> one);
	}

	@Override
	public void close() {
		this.subscribing.closeAsync();
		this.publishing.closeAsync();
	}

}
