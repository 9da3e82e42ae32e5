package io.github.websockethttp2.benchmarks.scaling;

import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * The simulation keeps its books, is the same for the same seed, and agrees with what can
 * be reckoned by hand.
 */
class StormTests {

	private static final Opening OPENING = new Opening("an opening", 1, 0.001, 0.0001);

	private static final StormSettings CRASH = new StormSettings(5, 4, 0.5, 100_000, 0, 0, 0, OPENING, Backoff.DEFAULT,
			0.5);

	@Test
	void sameSeedSameStorm() {
		assertThat(new Storm(CRASH, 1).run()).isEqualTo(new Storm(CRASH, 1).run())
			.isNotEqualTo(new Storm(CRASH, 2).run());
	}

	@Test
	void everyAttemptOpensTimesOutOrIsRefused() {
		StormSettings full = CRASH.among(3, 0.5).limitedTo(105_000, 30);
		StormResult result = new Storm(full, 1).run();
		assertThat(result.timedOut()).isPositive();
		assertThat(result.refused()).isPositive();
		assertThat(result.attempts()).isEqualTo(result.opened().size() * 10L + result.timedOut() + result.refused());
	}

	@Test
	void fullServersTakeWhatTheyCan() {
		StormResult result = new Storm(CRASH.limitedTo(110_000, 0), 1).run();
		assertThat(result.opened()).hasSize(4 * 1000);
		assertThat(result.backAfter(1)).isInfinite();
	}

	@Test
	void takesAsLongAsTheWork() {
		// 110 s of a processor, and eight of them are free
		StormSettings spread = CRASH.lostOver(20);
		StormResult result = new Storm(spread, 1).run();
		assertThat(result.timedOut()).isZero();
		assertThat(result.attemptsPerClient()).isEqualTo(1);
		double work = result.cpu().stream().mapToDouble((busy) -> (busy - 0.5) * 4 * 4).sum();
		assertThat(work).isCloseTo(110, within(0.5));
		assertThat(result.backAfter(1)).isBetween(20.0, 22.0);
		assertThat(result.fullSeconds()).isZero();
	}

	@Test
	void lastsUntilTheWorkIsDone() {
		// All come within two seconds, and 55 s of a processor take 6.9 s
		StormResult result = new Storm(CRASH.withSessions(50_000), 1).run();
		assertThat(result.timedOut()).isZero();
		assertThat(result.backAfter(1)).isBetween(6.9, 8.5);
		assertThat(result.cpu()).hasSizeBetween(7, 9);
		assertThat(result.fullSeconds()).isBetween(5L, 7L);
		assertThat(result.peak()).isCloseTo(1, within(0.001));
	}

	@Test
	void eventsComeInTheOrderOfTime() {
		EventQueue queue = new EventQueue();
		Random random = new Random(1);
		for (int i = 0; i < 5000; i++) {
			queue.add(random.nextDouble() * 300, i);
		}
		double last = 0;
		for (int i = 0; i < 5000; i++) {
			assertThat(queue.nextTime()).isGreaterThanOrEqualTo(last);
			last = queue.nextTime();
			queue.remove();
		}
		assertThat(queue.isEmpty()).isTrue();
	}

}
