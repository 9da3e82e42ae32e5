package io.github.websockethttp2.server;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DrainingSchedule}.
 */
class DrainingScheduleTests {

	@ParameterizedTest
	@CsvSource({ "5000, 5500, 30000, 5000, 10500", "0, 5500, 30000, 0, 5500", "5000, 5500, 10000, 5000, 9500",
			"4000, 600, 1000, 600, 900", "4000, 100, 1000, 800, 900", "4000, 5500, 1000, 600, 900",
			"400, 5500, 1000, 400, 900", "86400000, 86400000, 30000, 19666, 29500", "4000, 5500, 0, 0, 0",
			"40000, 500, 30000, 29000, 29500" })
	void fits(long spread, long answer, long timeout, long fitting, long deadline) {
		DrainingSchedule schedule = DrainingSchedule.of(Duration.ofMillis(spread), Duration.ofMillis(answer),
				Duration.ofMillis(timeout));
		assertThat(schedule.spread().toMillis()).isEqualTo(fitting);
		assertThat(schedule.deadline().toMillis()).isEqualTo(deadline);
	}

}
