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
 * @param historySize How many messages of each topic Redis keeps, for those who come back
 * and have missed some. None with 0.
 * @param historyTimeToLive How long Redis keeps them after the last message or position.
 */
@ConfigurationProperties("websocket.http2.topics.redis")
record TopicsRedisProperties(@DefaultValue("websocket:topics:") String channelPrefix,
		@DefaultValue("1000") int maxInFlight, @DefaultValue("1s") Duration timeout, @DefaultValue("0") int historySize,
		@DefaultValue("5m") Duration historyTimeToLive) {

	private static final String PREFIX = "websocket.http2.topics.redis.";

	static final String HISTORY_SIZE = PREFIX + "history-size";

	private static final int MAX_HISTORY_SIZE = 10_000;

	private static final Duration MOST_TIME_TO_LIVE = Duration.ofDays(365);

	private static final Duration LEAST_TIMEOUT = Duration.ofMillis(10);

	private static final Duration MOST_TIMEOUT = Duration.ofMinutes(1);

	TopicsRedisProperties {
		if (!ChannelNames.isValidPrefix(channelPrefix)) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + "channel-prefix", channelPrefix,
					"Its braces have to enclose a hash tag.");
		}
		if (historySize < 0 || historySize > MAX_HISTORY_SIZE) {
			throw new InvalidConfigurationPropertyValueException(HISTORY_SIZE, historySize,
					"It has to be at least 0 and at most " + MAX_HISTORY_SIZE + ".");
		}
		if (historyTimeToLive.toMillis() < 1 || historyTimeToLive.compareTo(MOST_TIME_TO_LIVE) > 0) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + "history-time-to-live", historyTimeToLive,
					"It has to be at least 1ms and at most 365d.");
		}
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
