package io.github.websockethttp2.topic;

import java.util.concurrent.atomic.AtomicInteger;

import io.github.websockethttp2.frame.SharedMessage;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link LiveTopics} and {@link RecentMessages}.
 */
class LiveTopicsTests {

	private final LiveTopics topics = new LiveTopics(new TopicCounts(), TopicPresence.NOBODY_ASKS);

	private final AtomicInteger published = new AtomicInteger();

	/**
	 * Who joins just then is in another, and gets the message there.
	 */
	@Test
	void topicThatIsGoneTakesNoMessage() {
		CatchUp catchUp = new CatchUp();
		LiveTopic topic = this.topics.join("news", ResolvableType.forClass(String.class),
				(live) -> live.begins(catchUp));
		assertThat(topic.send(message(1), this.published::incrementAndGet)).isNotNull();
		assertThat(this.topics.whileEmpty("news", this.published::incrementAndGet)).isFalse();
		catchUp.end();
		assertThat(topic.send(message(1), this.published::incrementAndGet)).isNull();
		assertThat(this.published).hasValue(1);
		assertThat(this.topics.whileEmpty("news", this.published::incrementAndGet)).isTrue();
		assertThat(this.published).hasValue(2);
		assertThat(this.topics.size()).isZero();
	}

	@Test
	void recentMessagesAreBoundedInBytes() {
		RecentMessages recent = new RecentMessages();
		recent.begin();
		long begin = recent.next();
		for (int i = 0; i < 16; i++) {
			recent.add(message(1_000_000));
		}
		assertThat(recent.since(begin)).hasSize(16);
		recent.add(message(1_000_000));
		assertThat(recent.since(begin + 1)).hasSize(16);
		assertThatExceptionOfType(MissedMessagesException.class).isThrownBy(() -> recent.since(begin));
		recent.end();
		assertThat(recent.isUsed()).isFalse();
		assertThat(recent.since(recent.next())).isEmpty();
	}

	private static TopicMessage message(int size) {
		return new TopicMessage("", new SharedMessage(true, Unpooled.buffer(size).writeZero(size)));
	}

}
