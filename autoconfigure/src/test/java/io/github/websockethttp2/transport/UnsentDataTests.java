package io.github.websockethttp2.transport;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class UnsentDataTests {

	private final UnsentData unsent = new UnsentData();

	private final RecordedOutput first = new RecordedOutput();

	private final RecordedOutput second = new RecordedOutput();

	private final List<ByteBuf> drained = new ArrayList<>();

	@Test
	void comesOutInOrderHoweverMuchItIs() {
		List<ByteBuf> added = new ArrayList<>();
		for (int i = 0; i < 3_000; i++) {
			ByteBuf bytes = Unpooled.buffer(1);
			added.add(bytes);
			this.unsent.add((i % 2 != 0) ? this.first : this.second, bytes);
		}
		drain();
		assertThat(this.drained).usingElementComparator((one, other) -> (one != other) ? 1 : 0)
			.containsExactlyElementsOf(added);
		this.drained.clear();
		drain();
		assertThat(this.drained).isEmpty();
		this.unsent.add(this.first, added.get(0));
		drain();
		assertThat(this.drained).hasSize(1);
	}

	@Test
	void whatIsAddedMeanwhileComesOutToo() {
		ByteBuf late = Unpooled.buffer(1);
		this.unsent.add(this.first, Unpooled.buffer(1));
		this.unsent.drain((output, bytes) -> {
			this.drained.add(bytes);
			if (bytes != late) {
				this.unsent.add(this.second, late);
			}
		});
		assertThat(this.drained).hasSize(2);
	}

	/**
	 * As when somebody hears of lost bytes, writes and flushes.
	 */
	@Test
	void whatIsAddedBehindANestedDrainIsNotLost() {
		this.unsent.add(this.first, Unpooled.buffer(1));
		boolean any = this.unsent.drain((output, bytes) -> {
			this.drained.add(bytes);
			if (this.drained.size() == 1) {
				this.unsent.add(this.second, Unpooled.buffer(1));
				assertThat(this.unsent.drain((nested, more) -> this.drained.add(more))).isFalse();
				this.unsent.add(this.second, Unpooled.buffer(1));
			}
		});
		assertThat(any).isTrue();
		assertThat(this.drained).hasSize(3);
		assertThat(this.unsent.drain((output, bytes) -> this.drained.add(bytes))).isFalse();
	}

	@Test
	void sessionTakesItsOwnOut() {
		ByteBuf own = Unpooled.buffer(1);
		ByteBuf last = Unpooled.buffer(1);
		ByteBuf others = Unpooled.buffer(1);
		this.unsent.add(this.first, own);
		this.unsent.add(this.second, others);
		this.unsent.add(this.first, last);
		List<ByteBuf> taken = this.unsent.take(this.first);
		assertThat(taken).hasSize(2);
		assertThat(taken.get(0)).isSameAs(own);
		assertThat(taken.get(1)).isSameAs(last);
		assertThat(this.unsent.take(this.first)).isEmpty();
		drain();
		assertThat(this.drained).hasSize(1);
		assertThat(this.drained.get(0)).isSameAs(others);
	}

	private void drain() {
		this.unsent.drain((output, bytes) -> this.drained.add(bytes));
	}

}
