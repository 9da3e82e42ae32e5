package io.github.websockethttp2.topics.redis;

import java.util.Collection;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/**
 * The connections to Redis, which end together: one that subscribes, and one that
 * publishes. They do not reconnect. All methods return at once. Thread-safe.
 */
interface RedisConnections {

	/**
	 * Publishes a message.
	 * @return completes with Redis's answer, or fails when the time is out
	 */
	CompletionStage<?> publish(byte[] channel, byte[] message);

	/**
	 * Runs a command on the connection that publishes, behind those before.
	 * @return completes with Redis's answer, or fails when the time is out
	 */
	<T> CompletionStage<T> run(
			Function<RedisClusterAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> command);

	/**
	 * Returns the name of the command that publishes.
	 */
	String publishCommand();

	/**
	 * Subscribes to channels.
	 * @return completes once Redis has confirmed all of them
	 */
	CompletionStage<?> subscribe(Collection<byte[]> channels);

	/**
	 * Unsubscribes from a channel.
	 */
	CompletionStage<?> unsubscribe(byte[] channel);

	/**
	 * Asks whether Redis is still there.
	 * @return fails if a connection that subscribes is of no use any more. On a cluster,
	 * one that publishes says so with the next message
	 */
	CompletionStage<?> ping();

	/**
	 * Closes the connections.
	 */
	void close();

	/**
	 * Gets what happens on the connections, on their threads.
	 */
	interface Listener {

		/**
		 * A message has come.
		 */
		void message(byte[] channel, byte[] message);

		/**
		 * The connections are of no use any more.
		 * @param reason why
		 */
		void lost(String reason);

	}

}
