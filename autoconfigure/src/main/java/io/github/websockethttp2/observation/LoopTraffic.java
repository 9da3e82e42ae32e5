package io.github.websockethttp2.observation;

import java.util.concurrent.atomic.AtomicLongArray;

import io.github.websockethttp2.session.Bottleneck;
import io.github.websockethttp2.session.SessionTraffic;

/**
 * The counts of sessions of the same path pattern and protocol on one event loop. Only
 * that event loop writes them, so that a count needs neither a lock nor an atomic
 * addition, and any thread may read them.
 */
final class LoopTraffic implements SessionTraffic {

	static final int RECEIVED = 0;

	static final int RECEIVED_BYTES = 1;

	static final int SENT = 2;

	static final int SENT_BYTES = 3;

	static final int DROPPED_PINGS = 4;

	static final int WAITING_BYTES = 5;

	static final int SLOW = 6;

	/** The nanoseconds for each bottleneck, in the order of the constants. */
	static final int WAITED = 7;

	private static final int LARGEST = WAITED + Bottleneck.values().length;

	private static final int LARGEST_BEFORE = LARGEST + 1;

	private static final int COUNTS = LARGEST_BEFORE + 1;

	/**
	 * How many longs a processor moves together, so that an event loop does not slow down
	 * another.
	 */
	private static final int PADDING = 16;

	private final AtomicLongArray counts = new AtomicLongArray(PADDING + COUNTS + PADDING);

	private final Runnable onHeartbeatLost;

	private int round;

	LoopTraffic(Runnable onHeartbeatLost) {
		this.onHeartbeatLost = onHeartbeatLost;
	}

	long get(int count) {
		return this.counts.getOpaque(PADDING + count);
	}

	/**
	 * Returns the largest number of bytes that waited in a session, in this round of
	 * looks or in the one before.
	 */
	long largest() {
		return (get(WAITING_BYTES) > 0) ? Math.max(get(LARGEST), get(LARGEST_BEFORE)) : 0;
	}

	private void set(int count, long value) {
		this.counts.setOpaque(PADDING + count, value);
	}

	private void add(int count, long more) {
		int index = PADDING + count;
		this.counts.setOpaque(index, this.counts.getPlain(index) + more);
	}

	@Override
	public void received(int bytes) {
		add(RECEIVED, 1);
		add(RECEIVED_BYTES, bytes);
	}

	@Override
	public void sent(int bytes) {
		add(SENT, 1);
		add(SENT_BYTES, bytes);
	}

	@Override
	public void pingDropped() {
		add(DROPPED_PINGS, 1);
	}

	@Override
	public void heartbeatLost() {
		this.onHeartbeatLost.run();
	}

	@Override
	public void waiting(long before, long now, int round) {
		if (round != this.round) {
			set(LARGEST_BEFORE, (round == this.round + 1) ? get(LARGEST) : 0);
			set(LARGEST, 0);
			this.round = round;
		}
		add(WAITING_BYTES, now - before);
		set(LARGEST, Math.max(get(LARGEST), now));
	}

	@Override
	public void waited(Bottleneck bottleneck, long nanos) {
		add(WAITED + bottleneck.ordinal(), nanos);
	}

	@Override
	public void slow(boolean slow) {
		add(SLOW, (slow) ? 1 : -1);
	}

}
