package io.github.websockethttp2.topics.redis;

import java.time.Duration;
import java.util.Optional;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.resource.ClientResources;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.RedisCredentialsProviderFactory;

/**
 * Opens connections to the Redis that the application uses. They are not the
 * application's: what cannot be sent at once fails, instead of waiting for Redis to come
 * back, and a connection that is lost stays so. Otherwise Lettuce would subscribe again
 * without a word about what came meanwhile.
 */
final class RedisConnector {

	private final LettuceConnectionFactory application;

	private final Duration timeout;

	private @Nullable LettuceConnectionFactory own;

	/**
	 * Create a connector.
	 * @param application knows where Redis is, and how to get in
	 * @param timeout how long Redis may take to answer
	 */
	RedisConnector(LettuceConnectionFactory application, Duration timeout) {
		this.application = application;
		this.timeout = timeout;
	}

	/**
	 * Opens connections. Blocks until they are open. Not safe for concurrent use.
	 * @throws RuntimeException if they cannot be opened
	 */
	RedisConnections connect(RedisConnections.Listener listener) {
		LettuceConnectionFactory factory = this.own;
		if (factory == null) {
			factory = newFactory();
			this.own = factory;
		}
		AbstractRedisClient client = factory.getRequiredNativeClient();
		if (client instanceof RedisClusterClient clusterClient) {
			return new ClusterConnections(clusterClient, listener);
		}
		return new PlainConnections((RedisClient) client, listener);
	}

	/**
	 * Closes what is left of all connections.
	 */
	void close() {
		LettuceConnectionFactory factory = this.own;
		this.own = null;
		if (factory != null) {
			factory.destroy();
		}
	}

	private LettuceConnectionFactory newFactory() {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(redis(),
				new OwnConfiguration(this.application.getClientConfiguration(), this.timeout));
		factory.setShareNativeConnection(false);
		factory.afterPropertiesSet();
		factory.start();
		return factory;
	}

	private RedisConfiguration redis() {
		@Nullable RedisConfiguration cluster = this.application.getClusterConfiguration();
		if (cluster != null) {
			return cluster;
		}
		@Nullable RedisConfiguration sentinel = this.application.getSentinelConfiguration();
		if (sentinel != null) {
			return sentinel;
		}
		@Nullable RedisConfiguration socket = this.application.getSocketConfiguration();
		return (socket != null) ? socket : this.application.getStandaloneConfiguration();
	}

	/**
	 * As the application's, but for what happens when Redis is away.
	 *
	 * @param application the application's
	 * @param timeout how long Redis may take
	 */
	private record OwnConfiguration(LettuceClientConfiguration application,
			Duration timeout) implements LettuceClientConfiguration {

		@Override
		public Optional<ClientOptions> getClientOptions() {
			ClientOptions options = this.application.getClientOptions()
				.orElseGet(() -> ClusterClientOptions.builder().build());
			return Optional.of(options.mutate()
				.autoReconnect(false)
				.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
				.timeoutOptions(TimeoutOptions.enabled(this.timeout))
				.socketOptions(options.getSocketOptions().mutate().connectTimeout(this.timeout).build())
				.build());
		}

		@Override
		public Duration getCommandTimeout() {
			return this.timeout;
		}

		@Override
		public Duration getShutdownTimeout() {
			return this.timeout;
		}

		@Override
		public Duration getShutdownQuietPeriod() {
			return Duration.ZERO;
		}

		@Override
		public boolean isUseSsl() {
			return this.application.isUseSsl();
		}

		@Override
		@SuppressWarnings("deprecation")
		public boolean isVerifyPeer() {
			return this.application.isVerifyPeer();
		}

		@Override
		public SslVerifyMode getVerifyMode() {
			return this.application.getVerifyMode();
		}

		@Override
		public boolean isStartTls() {
			return this.application.isStartTls();
		}

		@Override
		public Optional<ClientResources> getClientResources() {
			return this.application.getClientResources();
		}

		@Override
		public Optional<String> getClientName() {
			return this.application.getClientName();
		}

		@Override
		public Optional<ReadFrom> getReadFrom() {
			return Optional.empty();
		}

		@Override
		public Optional<RedisCredentialsProviderFactory> getRedisCredentialsProviderFactory() {
			return this.application.getRedisCredentialsProviderFactory();
		}

	}

}
