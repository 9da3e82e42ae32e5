package io.github.websockethttp2.topics.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.RedisPubSubAdapter;

/**
 * Tells what happens on a connection.
 */
final class ChannelListener extends RedisPubSubAdapter<byte[], byte[]> implements RedisConnectionStateListener {

	private final RedisConnections.Listener listener;

	private final LeavingChannels leaving;

	ChannelListener(RedisConnections.Listener listener, LeavingChannels leaving) {
		this.listener = listener;
		this.leaving = leaving;
	}

	@Override
	public void message(byte[] channel, byte[] message) {
		this.listener.message(channel, message);
	}

	@Override
	public void smessage(byte[] channel, byte[] message) {
		this.listener.message(channel, message);
	}

	/**
	 * A cluster ends subscriptions to what moves to another node, and Lettuce does not
	 * subscribe there.
	 */
	@Override
	public void sunsubscribed(byte[] channel, long count) {
		if (!this.leaving.remove(channel)) {
			this.listener.lost("a topic has moved to another node");
		}
	}

	@Override
	public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
		this.listener.lost("the connection is closed");
	}

}
