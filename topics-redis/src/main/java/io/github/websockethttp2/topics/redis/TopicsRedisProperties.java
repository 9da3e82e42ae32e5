package io.github.websockethttp2.topics.redis;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Properties of topics on Redis.
 *
 * @param channelPrefix What channels in Redis begin with, in front of the name of the
 * topic. Applications that share a Redis need different ones.
 * @param maxInFlight How many messages may be on their way to Redis at the same time.
 * Others do not reach other instances until there is room.
 * @param timeout How long Redis may take to answer. One that takes longer counts as down.
 */
@ConfigurationProperties("websocket.http2.topics.redis")
record TopicsRedisProperties(@DefaultValue("websocket:topics:") String channelPrefix,
		@DefaultValue("1000") int maxInFlight, @DefaultValue("1s") Duration timeout) {

	private static final String PREFIX = "websocket.http2.topics.redis.";

	private static final Duration LEAST_TIMEOUT = Duration.ofMillis(10);

	private static final Duration MOST_TIMEOUT = Duration.ofMinutes(1);

	TopicsRedisProperties {
		if (maxInFlight < 1) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + "max-in-flight", maxInFlight,
					"It has to be at least 1.");
		}
		if (timeout.compareTo(LEAST_TIMEOUT) < 0 || timeout.compareTo(MOST_TIMEOUT) > 0) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + "timeout", timeout,
					"It has to be at least 10ms and at most 1m.");
		}
	}

}
