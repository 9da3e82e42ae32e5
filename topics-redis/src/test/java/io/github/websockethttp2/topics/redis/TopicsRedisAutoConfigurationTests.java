package io.github.websockethttp2.topics.redis;

import java.nio.ByteBuffer;
import java.time.Duration;

import io.github.websockethttp2.autoconfigure.WebSocketHttp2ServerAutoConfiguration;
import io.github.websockethttp2.autoconfigure.WebSocketHttp2TopicsAutoConfiguration;
import io.github.websockethttp2.topic.TopicEngine;
import io.github.websockethttp2.topic.TopicSignal;
import io.github.websockethttp2.topic.Topics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TopicsRedisAutoConfiguration} and
 * {@link TopicsRedisHealthAutoConfiguration}. There is no Redis, which nobody waits for.
 */
class TopicsRedisAutoConfigurationTests {

	private static final String PREFIX = "websocket.http2.topics.redis.";

	private static final AutoConfigurations REDIS = AutoConfigurations.of(TopicsRedisAutoConfiguration.class,
			TopicsRedisHealthAutoConfiguration.class, DataRedisAutoConfiguration.class);

	private final ReactiveWebApplicationContextRunner contextRunner = new ReactiveWebApplicationContextRunner()
		.withPropertyValues("spring.data.redis.port=1")
		.withConfiguration(AutoConfigurations.of(CodecsAutoConfiguration.class, HttpHandlerAutoConfiguration.class,
				WebFluxAutoConfiguration.class, WebSocketHttp2ServerAutoConfiguration.class,
				WebSocketHttp2TopicsAutoConfiguration.class))
		.withConfiguration(REDIS);

	@Test
	void whenNothingIsSetThenDefaultsAreThoseOfTheReference() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasSingleBean(TopicEngine.class)
				.hasSingleBean(Topics.class)
				.hasBean("websocketTopicsHealthIndicator");
			assertThat(context.getBean(TopicsRedisProperties.class)).isEqualTo(new TopicsRedisProperties(
					"websocket:topics:", 1_000, Duration.ofSeconds(1), 0, Duration.ofMinutes(5)));
		});
	}

	@ParameterizedTest
	@CsvSource({ "max-in-flight,0", "timeout,9ms", "timeout,61s", "history-size,-1", "history-size,10001",
			"history-time-to-live,0s", "history-time-to-live,366d", "channel-prefix,a}b" })
	void whenPropertyCannotWorkThenFailureNamesIt(String property, String value) {
		this.contextRunner.withPropertyValues(PREFIX + property + "=" + value)
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining(PREFIX + property));
	}

	@Test
	void whenThereAreReplicasThatWeDoNotFindThenFailureNamesThePropertyAndTheMend() {
		this.contextRunner.withPropertyValues("spring.data.redis.masterreplica.nodes=127.0.0.1:1")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("spring.data.redis.masterreplica.nodes")
				.hasMessageContaining("sentinel"));
	}

	@Test
	void whenThereAreSeveralConnectionFactoriesThenNoneIsChosen() {
		this.contextRunner.withBean("one", LettuceConnectionFactory.class, () -> new LettuceConnectionFactory())
			.withBean("other", LettuceConnectionFactory.class, () -> new LettuceConnectionFactory())
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(TopicEngine.class));
	}

	@Test
	void whenThereIsAnEngineOfTheApplicationThenOursBacksOff() {
		TopicEngine own = new NoEngine();
		this.contextRunner.withBean(TopicEngine.class, () -> own)
			.run((context) -> assertThat(context).doesNotHaveBean("websocketTopicsHealthIndicator")
				.getBean(TopicEngine.class)
				.isSameAs(own));
	}

	@Test
	void whenHealthIsDisabledThenThereIsNone() {
		this.contextRunner.withPropertyValues("management.health.websocketTopics.enabled=false")
			.run((context) -> assertThat(context).hasSingleBean(TopicEngine.class)
				.doesNotHaveBean(RedisTopicsHealthIndicator.class));
		this.contextRunner.withClassLoader(new FilteredClassLoader(HealthIndicator.class))
			.run((context) -> assertThat(context).hasSingleBean(TopicEngine.class)
				.doesNotHaveBean("websocketTopicsHealthIndicator"));
	}

	@Test
	void whenApplicationIsNoReactiveWebApplicationThenThereIsNoEngine() {
		new ApplicationContextRunner().withConfiguration(REDIS)
			.run((context) -> assertThat(context).doesNotHaveBean(TopicEngine.class));
	}

	private static final class NoEngine implements TopicEngine {

		@Override
		public Mono<Void> publish(String topic, ByteBuffer message) {
			return Mono.empty();
		}

		@Override
		public Flux<TopicSignal> subscribe(String topic) {
			return Flux.never();
		}

		@Override
		public boolean isUp() {
			return true;
		}

	}

}
