package io.github.websockethttp2.channel;

import io.github.websockethttp2.session.SessionTraffic;
import io.github.websockethttp2.transport.ByteTransport;
import io.github.websockethttp2.transport.OutboundWindows;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;

/**
 * The bytes of a session that wait for the peer, from a flush that has left some until
 * none are left. Confined to the event loop, except for {@link #nanos()}.
 */
final class OutboundWait {

	private final Channel channel;

	private final ByteTransport transport;

	private final OutboundListener listener;

	private final WaitingSessions sessions;

	private volatile Bytes oldest;

	private boolean slow;

	/** How many bytes have been counted. */
	private long counted;

	/**
	 * Create the wait of a session.
	 * @param channel the session's channel
	 * @param transport the session's transport
	 * @param listener hears when the session becomes slow, and when it no longer is
	 * @param sessions those in which bytes wait
	 * @param unsent completes when the bytes that wait now have been sent
	 */
	OutboundWait(Channel channel, ByteTransport transport, OutboundListener listener, WaitingSessions sessions,
			ChannelFuture unsent) {
		this.channel = channel;
		this.transport = transport;
		this.listener = listener;
		this.sessions = sessions;
		this.oldest = new Bytes(unsent, sessions.nanoTime());
	}

	/**
	 * Returns for how long the oldest bytes have waited, or 0 if they have been sent. May
	 * be called from any thread.
	 */
	long nanos() {
		Bytes oldest = this.oldest;
		return (oldest.sent.isDone()) ? 0 : Math.max(0, this.sessions.nanoTime() - oldest.since);
	}

	/**
	 * Looks whether bytes still wait.
	 * @return whether they do
	 */
	boolean look() {
		Bytes oldest = this.oldest;
		long now = this.sessions.nanoTime();
		boolean late = now - oldest.since >= this.sessions.slowAfter();
		if (!oldest.sent.isDone()) {
			setSlow(this.slow || late);
			count(true);
			return true;
		}
		ChannelFuture unsent = this.transport.unsent();
		// A slow peer that takes some now and then is still slow
		setSlow(this.slow && late && unsent != null);
		count(unsent != null);
		if (unsent != null) {
			this.oldest = new Bytes(unsent, now);
		}
		return unsent != null;
	}

	private void setSlow(boolean slow) {
		if (this.slow != slow) {
			this.slow = slow;
			SessionTraffic traffic = this.listener.traffic();
			if (traffic != null) {
				traffic.slow(slow);
			}
			this.listener.slow(slow);
		}
	}

	private void count(boolean waiting) {
		SessionTraffic traffic = this.listener.traffic();
		if (traffic == null) {
			return;
		}
		long bytes = (waiting) ? this.transport.bufferedAmount() : 0;
		traffic.waiting(this.counted, bytes, this.sessions.round());
		this.counted = bytes;
		if (waiting) {
			// A sample, which counts for all of the time between two looks
			traffic.waited(OutboundWindows.bottleneck(this.channel), this.sessions.interval());
		}
	}

	/**
	 * Bytes that have been written.
	 *
	 * @param sent completes when they have been sent
	 * @param since when they were written, at the latest
	 */
	private record Bytes(ChannelFuture sent, long since) {

	}

}
