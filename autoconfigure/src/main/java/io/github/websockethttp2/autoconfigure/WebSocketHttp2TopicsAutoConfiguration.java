package io.github.websockethttp2.autoconfigure;

import java.util.function.Supplier;

import io.github.websockethttp2.topic.EngineCounts;
import io.github.websockethttp2.topic.LocalTopics;
import io.github.websockethttp2.topic.SlowConsumer;
import io.github.websockethttp2.topic.TopicCounts;
import io.github.websockethttp2.topic.TopicEngine;
import io.github.websockethttp2.topic.Topics;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.http.codec.ServerCodecConfigurer;

/**
 * {@link AutoConfiguration Auto-configuration} for topics, whose messages are written by
 * the encoders of WebFlux.
 */
@AutoConfiguration(after = WebSocketHttp2ServerAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
// By name, since Spring logs a warning for annotations whose classes are missing
@ConditionalOnClass(name = { "io.netty.channel.EventLoop", "reactor.netty.channel.AbortedException",
		"org.springframework.web.reactive.socket.WebSocketHandler" })
@ConditionalOnBean(WebSocketHttp2Properties.class)
public final class WebSocketHttp2TopicsAutoConfiguration {

	@Bean
	@OnceForContextHierarchy
	TopicCounts webSocketTopicCounts() {
		return new TopicCounts();
	}

	@Bean
	@OnceForContextHierarchy
	EngineCounts webSocketTopicEngineCounts() {
		return new EngineCounts();
	}

	@Bean
	@ConditionalOnMissingBean
	Topics webSocketTopics(WebSocketHttp2Properties properties, ObjectProvider<ServerCodecConfigurer> codecs,
			TopicCounts counts, ObjectProvider<TopicEngine> engines, EngineCounts engineCounts) {
		WebSocketHttp2Properties.Topics topics = properties.topics();
		SlowConsumer slowConsumer = SlowConsumer.of(topics.slowConsumer()).withBufferSize(topics.bufferSize());
		Supplier<ServerCodecConfigurer> codecsInUse = () -> codecs.getIfAvailable(ServerCodecConfigurer::create);
		TopicEngine engine = engines.getIfAvailable();
		return (engine != null) ? new LocalTopics(codecsInUse, slowConsumer, counts, engine, engineCounts)
				: new LocalTopics(() -> codecsInUse.get().getWriters(), slowConsumer, counts);
	}

}
