package io.github.websockethttp2.server;

import java.time.Duration;

/**
 * The schedule of a graceful shutdown. It fits into the time that the context allows,
 * since sessions that have not been told by then are aborted.
 *
 * @param spread the time over which Close frames are sent
 * @param deadline the time after which the shutdown ends even if peers have not answered
 */
record DrainingSchedule(Duration spread, Duration deadline) {

	/** Lets the shutdown end by itself, before the context's time is up. */
	private static final Duration MAX_MARGIN = Duration.ofMillis(500);

	/**
	 * Fits a shutdown into the available time.
	 * @param spread the time over which Close frames should be sent
	 * @param answer how long a peer should have to answer; most need one round trip, so
	 * they get one third of the time if there is not enough
	 * @param timeout the available time
	 * @return the schedule, unchanged if there is enough time
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
