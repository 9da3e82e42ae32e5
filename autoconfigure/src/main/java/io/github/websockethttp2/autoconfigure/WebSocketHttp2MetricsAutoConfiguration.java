package io.github.websockethttp2.autoconfigure;

import io.github.websockethttp2.handshake.HandshakeOutcomes;
import io.github.websockethttp2.observation.HandshakeMeters;
import io.github.websockethttp2.observation.SessionMeters;
import io.github.websockethttp2.observation.TopicEngineMeters;
import io.github.websockethttp2.observation.TopicMeters;
import io.github.websockethttp2.observation.TrafficMeters;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.topic.EngineCounts;
import io.github.websockethttp2.topic.TopicCounts;
import io.github.websockethttp2.topic.TopicEngine;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for meters of handshakes, sessions and
 * topics, in the registries to which Boot binds its own meters.
 */
@AutoConfiguration(after = { WebSocketHttp2ServerAutoConfiguration.class, WebSocketHttp2TopicsAutoConfiguration.class })
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(HandshakeOutcomes.class)
public final class WebSocketHttp2MetricsAutoConfiguration {

	@Bean
	@OnceForContextHierarchy
	HandshakeMeters webSocketHandshakeMeters(HandshakeOutcomes outcomes) {
		return new HandshakeMeters(outcomes);
	}

	@Bean
	@OnceForContextHierarchy
	@ConditionalOnBean(SessionRegistry.class)
	SessionMeters webSocketSessionMeters(SessionRegistry sessions) {
		return new SessionMeters(sessions);
	}

	@Bean
	@OnceForContextHierarchy
	@ConditionalOnBean(SessionRegistry.class)
	TrafficMeters webSocketTrafficMeters(SessionRegistry sessions) {
		return new TrafficMeters(sessions);
	}

	@Bean
	@OnceForContextHierarchy
	@ConditionalOnBean(TopicCounts.class)
	TopicMeters webSocketTopicMeters(TopicCounts counts) {
		return new TopicMeters(counts);
	}

	@Bean
	@OnceForContextHierarchy
	@ConditionalOnBean({ TopicEngine.class, EngineCounts.class })
	TopicEngineMeters webSocketTopicEngineMeters(TopicEngine engine, EngineCounts counts) {
		return new TopicEngineMeters(engine, counts);
	}

}
