package io.github.websockethttp2.topics.redis;

import io.github.websockethttp2.topic.TopicEngine;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * {@link AutoConfiguration Auto-configuration} that connects the topics of several
 * instances by the Redis of {@code spring.data.redis}.
 */
@AutoConfiguration(after = DataRedisAutoConfiguration.class,
		beforeName = { "io.github.websockethttp2.autoconfigure.WebSocketHttp2TopicsAutoConfiguration",
				"io.github.websockethttp2.autoconfigure.WebSocketHttp2MetricsAutoConfiguration" })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnBean(LettuceConnectionFactory.class)
@EnableConfigurationProperties(TopicsRedisProperties.class)
public final class TopicsRedisAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(TopicEngine.class)
	RedisTopicEngine redisTopicEngine(LettuceConnectionFactory connectionFactory, TopicsRedisProperties properties) {
		return new RedisTopicEngine(new RedisConnector(connectionFactory, properties.timeout()), properties);
	}

}
