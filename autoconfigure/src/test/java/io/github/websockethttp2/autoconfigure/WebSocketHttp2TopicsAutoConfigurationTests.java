package io.github.websockethttp2.autoconfigure;

import java.util.List;

import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.topic.Delivery;
import io.github.websockethttp2.topic.LocalTopics;
import io.github.websockethttp2.topic.SlowConsumer;
import io.github.websockethttp2.topic.Topic;
import io.github.websockethttp2.topic.TopicCounts;
import io.github.websockethttp2.topic.Topics;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WebSocketHttp2TopicsAutoConfiguration}.
 */
class WebSocketHttp2TopicsAutoConfigurationTests {

	private static final String PREFIX = "websocket.http2.topics.";

	private static final AutoConfigurations AUTO_CONFIGURATIONS = AutoConfigurations.of(JacksonAutoConfiguration.class,
			CodecsAutoConfiguration.class, HttpHandlerAutoConfiguration.class, WebFluxAutoConfiguration.class,
			WebSocketHttp2ServerAutoConfiguration.class, WebSocketHttp2TopicsAutoConfiguration.class);

	private final ReactiveWebApplicationContextRunner contextRunner = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATIONS);

	@Test
	void whenNothingIsSetThenSlowSubscribersAreClosedAt64KB() {
		this.contextRunner.run((context) -> {
			Topic<byte[]> topic = context.getBean(Topics.class).get("news", byte[].class);
			StepVerifier.create(topic.messages(), 0).then(() -> {
				assertThat(topic.send(new byte[32_000]).block(Waiting.TIMEOUT)).isEqualTo(new Delivery(1, 0, 0));
				assertThat(topic.send(new byte[33_000]).block(Waiting.TIMEOUT)).isEqualTo(new Delivery(1, 0, 0));
				assertThat(topic.send(new byte[1_000]).block(Waiting.TIMEOUT)).isEqualTo(new Delivery(0, 0, 1));
			}).verifyError();
		});
	}

	@Test
	void whenPropertiesAreSetThenTheyAreTheDefaultsOfSubscribers() {
		this.contextRunner.withPropertyValues(PREFIX + "slow-consumer=drop-oldest", PREFIX + "buffer-size=10B")
			.run((context) -> {
				Topic<String> topic = context.getBean(Topics.class).get("news", String.class);
				StepVerifier.create(topic.messages(), 0).then(() -> {
					assertThat(topic.send("message 1").block(Waiting.TIMEOUT)).isEqualTo(new Delivery(1, 0, 0));
					assertThat(topic.send("message 2").block(Waiting.TIMEOUT)).isEqualTo(new Delivery(1, 1, 0));
				}).thenRequest(1).expectNext("message 2").thenCancel().verify();
			});
	}

	@Test
	void whenPolicyIsUnknownThenFailureNamesPropertyAndPolicies() {
		this.contextRunner.withPropertyValues(PREFIX + "slow-consumer=wait")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("SlowConsumer.Policy")
				.hasMessageContaining("wait"));
	}

	@Test
	void whenTopicsOfTheApplicationAreThereThenOursBackOff() {
		Topics own = new LocalTopics(List::of, SlowConsumer.dropNewest(), new TopicCounts());
		this.contextRunner.withBean(Topics.class, () -> own)
			.run((context) -> assertThat(context.getBean(Topics.class)).isSameAs(own));
	}

	@Test
	void whenNettyIsAbsentThenThereAreNoTopics() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("io.netty", "reactor.netty"))
			.run((context) -> assertThat(context).doesNotHaveBean(Topics.class));
	}

	@Test
	void whenApplicationIsNoReactiveWebApplicationThenThereAreNoTopics() {
		new ApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.run((context) -> assertThat(context).doesNotHaveBean(Topics.class));
	}

}
