package io.github.websockethttp2.topics.redis;

import io.github.websockethttp2.topic.TopicEngine;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * {@link AutoConfiguration Auto-configuration} that connects the topics of several
 * instances by the Redis of {@code spring.data.redis}.
 */
@AutoConfiguration(after = DataRedisAutoConfiguration.class,
		beforeName = { "io.github.websockethttp2.autoconfigure.WebSocketHttp2TopicsAutoConfiguration",
				"io.github.websockethttp2.autoconfigure.WebSocketHttp2MetricsAutoConfiguration" })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnSingleCandidate(LettuceConnectionFactory.class)
@EnableConfigurationProperties(TopicsRedisProperties.class)
public final class TopicsRedisAutoConfiguration {

	private static final String MASTER_REPLICA = "spring.data.redis.masterreplica.nodes";

	@Bean
	@ConditionalOnMissingBean(TopicEngine.class)
	RedisTopicEngine redisTopicEngine(LettuceConnectionFactory connectionFactory, TopicsRedisProperties properties,
			Environment environment) {
		if (Binder.get(environment).bind(MASTER_REPLICA, Bindable.listOf(String.class)).isBound()) {
			throw new IllegalStateException("Topics cannot use " + MASTER_REPLICA
					+ ": use spring.data.redis.sentinel or .cluster, or exclude TopicsRedisAutoConfiguration");
		}
		return new RedisTopicEngine(new RedisConnector(connectionFactory, properties.timeout()), properties);
	}

}
