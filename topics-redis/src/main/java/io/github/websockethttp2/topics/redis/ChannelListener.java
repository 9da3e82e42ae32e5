package io.github.websockethttp2.topics.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.RedisPubSubAdapter;

/**
 * Tells what happens on a connection.
 */
final class ChannelListener extends RedisPubSubAdapter<byte[], byte[]> implements RedisConnectionStateListener {

	private final RedisConnections.Listener listener;

	ChannelListener(RedisConnections.Listener listener) {
		this.listener = listener;
	}

	@Override
	public void message(byte[] channel, byte[] message) {
		this.listener.message(channel, message);
	}

	@Override
	public void smessage(byte[] channel, byte[] message) {
		this.listener.message(channel, message);
	}

	@Override
	public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
		this.listener.lost("the connection is closed");
	}

}
