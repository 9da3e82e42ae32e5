package io.github.websockethttp2.topics.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Turns}.
 */
class TurnsTests {

	private final Queue<Runnable> executor = new ArrayDeque<>();

	private final Turns turns = new Turns(2, this.executor::add);

	private final List<Integer> begun = new ArrayList<>();

	@Test
	void onlySoManyGoOnAtATimeAndOthersInOrder() {
		for (int i = 1; i <= 4; i++) {
			begin(i);
		}
		assertThat(this.begun).containsExactly(1, 2);
		this.turns.end();
		this.executor.remove().run();
		assertThat(this.begun).containsExactly(1, 2, 3);
		this.turns.end();
		this.executor.remove().run();
		this.turns.end();
		this.turns.end();
		assertThat(this.executor).isEmpty();
		begin(5);
		begin(6);
		begin(7);
		assertThat(this.begun).containsExactly(1, 2, 3, 4, 5, 6);
	}

	private void begin(int number) {
		this.turns.begin(() -> this.begun.add(number));
	}

}
