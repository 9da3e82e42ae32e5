package io.github.websockethttp2.observation;

import java.util.List;

import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.topic.LocalTopics;
import io.github.websockethttp2.topic.SlowConsumer;
import io.github.websockethttp2.topic.Topic;
import io.github.websockethttp2.topic.TopicCounts;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TopicMeters}.
 */
class TopicMetersTests {

	private final MeterRegistry registry = new SimpleMeterRegistry();

	@Test
	void countsOverAllTopics() {
		TopicCounts counts = new TopicCounts();
		new TopicMeters(counts).bindTo(this.registry);
		LocalTopics topics = new LocalTopics(List::of, SlowConsumer.dropOldest().withBufferSize(DataSize.ofBytes(10)),
				counts);
		Topic<String> news = topics.get("news", String.class);
		SlowConsumer close = SlowConsumer.of(SlowConsumer.Policy.CLOSE);
		StepVerifier.create(topics.get("other", String.class).messages(close), 0).then(() -> {
			StepVerifier.create(news.messages(), 0).then(() -> {
				assertThat(this.registry.get("websocket.topic.subscribers").gauge().value()).isEqualTo(2);
				news.send("message 1").block(Waiting.TIMEOUT);
				news.send("message 2").block(Waiting.TIMEOUT);
			}).thenRequest(1).expectNext("message 2").thenCancel().verify();
			topics.get("other", String.class).send("message 1").block(Waiting.TIMEOUT);
			topics.get("other", String.class).send("message 2").block(Waiting.TIMEOUT);
		}).verifyError();
		assertThat(this.registry.get("websocket.topic.subscribers").gauge().value()).isZero();
		assertThat(this.registry.get("websocket.topic.delivered").functionCounter().count()).isEqualTo(1);
		assertThat(this.registry.get("websocket.topic.dropped").functionCounter().count()).isEqualTo(1);
		assertThat(this.registry.get("websocket.topic.closed").functionCounter().count()).isEqualTo(1);
	}

}
