package io.github.websockethttp2.topic;

import io.github.websockethttp2.frame.SharedMessage;
import io.github.websockethttp2.topic.SlowConsumer.Policy;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Backlog}.
 */
class BacklogTests {

	private static final int LIMIT = 1_000;

	private final Counts counts = new Counts();

	@ParameterizedTest
	@EnumSource
	void bigMessageMayWaitAlone(Policy policy) {
		Backlog backlog = new Backlog(policy, LIMIT, 0);
		assertThat(backlog.add(message(2 * LIMIT), this.counts)).isTrue();
		assertThat(this.counts.accepted).isEqualTo(1);
	}

	/**
	 * Own messages take those that wait along, which must not make room for more of them.
	 */
	@Test
	void whatWaitsElsewhereCounts() {
		assertThat(new Backlog(Policy.CLOSE, LIMIT, LIMIT - 500).add(message(400), this.counts)).isTrue();
		assertThat(new Backlog(Policy.CLOSE, LIMIT, LIMIT - 500).add(message(600), this.counts)).isFalse();
		assertThat(this.counts.closed).isEqualTo(1);
		assertThat(new Backlog(Policy.DROP_NEWEST, LIMIT, LIMIT).add(message(10), this.counts)).isTrue();
		assertThat(this.counts.dropped).isEqualTo(1);
	}

	@Test
	void newestMayWaitWhateverWaitsElsewhere() {
		for (Policy policy : new Policy[] { Policy.DROP_OLDEST, Policy.LATEST_ONLY }) {
			Backlog backlog = new Backlog(policy, LIMIT, LIMIT);
			TopicMessage last = message(10);
			backlog.add(message(10), this.counts);
			backlog.add(last, this.counts);
			assertThat(backlog.poll()).isSameAs(last);
			assertThat(backlog.isEmpty()).isTrue();
		}
	}

	private static TopicMessage message(int size) {
		return new TopicMessage("", new SharedMessage(false, Unpooled.buffer(size).writeZero(size)));
	}

}
