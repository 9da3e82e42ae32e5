package io.github.websockethttp2.topics.redis;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} of the health of topics on Redis.
 */
@AutoConfiguration(after = TopicsRedisAutoConfiguration.class)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnEnabledHealthIndicator("websocketTopics")
@ConditionalOnBean(RedisTopicEngine.class)
public final class TopicsRedisHealthAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "websocketTopicsHealthIndicator")
	RedisTopicsHealthIndicator websocketTopicsHealthIndicator(RedisTopicEngine engine) {
		return new RedisTopicsHealthIndicator(engine);
	}

}
