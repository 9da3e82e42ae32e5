package io.github.websockethttp2.server;

import java.time.Duration;

/**
 * How long a graceful shutdown takes at most. It fits into the time that the context
 * gives it, since a session that is not told by then is cut off.
 *
 * @param spread the time over which Close frames are sent
 * @param deadline the time after which it is over, whoever has not answered
 */
record DrainingSchedule(Duration spread, Duration deadline) {

	/** For the shutdown to end by itself, and not because its time is up. */
	private static final Duration MAX_MARGIN = Duration.ofMillis(500);

	/**
	 * Fits a shutdown into its time.
	 * @param spread the time over which Close frames should be sent
	 * @param answer how long a peer should have for its answer; most need a round trip,
	 * so that one third of the time is left for them if there is no more
	 * @param timeout the time that there is
	 * @return the shutdown, as it should be if there is time enough
	 */
	static DrainingSchedule of(Duration spread, Duration answer, Duration timeout) {
		Duration time = timeout.minus(min(MAX_MARGIN, timeout.dividedBy(10)));
		Duration rest = time.minus(answer);
		Duration most = time.multipliedBy(2).dividedBy(3);
		Duration fitting = min(spread, (rest.compareTo(most) > 0) ? rest : most);
		return new DrainingSchedule(fitting, min(fitting.plus(answer), time));
	}

	private static Duration min(Duration one, Duration other) {
		return (one.compareTo(other) <= 0) ? one : other;
	}

}
