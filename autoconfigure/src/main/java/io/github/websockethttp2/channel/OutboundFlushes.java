package io.github.websockethttp2.channel;

import java.time.Duration;

import io.github.websockethttp2.transport.ByteTransport;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a session's writes are flushed. What is written in answer to bytes that
 * were read together is flushed together, and so is what is written in one turn of the
 * event loop. If a flush leaves bytes that wait for the peer, they are watched until
 * there are none. Confined to the event loop, except for {@link #bufferedFor()}.
 */
final class OutboundFlushes implements WaitingSessions.Watched {

	private static final int MAX_EARLY_FLUSHES = 32;

	private final ByteTransport transport;

	private final OutboundListener listener;

	private final ChannelHandlerContext ctx;

	private volatile @Nullable OutboundWait wait;

	private boolean inRead;

	private boolean scheduled;

	/**
	 * How many flushes have made room since others last had their turn on the event loop.
	 */
	private int earlyFlushes;

	/** How often others have had their turn. */
	private int turn;

	/**
	 * Create the flushes of a session.
	 * @param ctx the context that frames are written to
	 * @param transport the session's transport
	 * @param listener hears when the session becomes slow, and when it no longer is
	 */
	OutboundFlushes(ChannelHandlerContext ctx, ByteTransport transport, OutboundListener listener) {
		this.ctx = ctx;
		this.transport = transport;
		this.listener = listener;
	}

	/**
	 * Messages are being read. Answers to them are flushed after the last.
	 */
	void readBegins() {
		this.inRead = true;
	}

	void readCompletes() {
		if (this.inRead) {
			this.inRead = false;
			flushInTurn();
		}
	}

	/**
	 * Something has been written.
	 */
	void schedule() {
		if (!this.inRead && !this.scheduled) {
			this.scheduled = true;
			eventLoop().execute(() -> {
				this.scheduled = false;
				flushInTurn();
			});
		}
	}

	/**
	 * Flushes, as the regular flush does.
	 */
	void flushInTurn() {
		this.earlyFlushes = 0;
		this.turn++;
		this.ctx.flush();
		if (this.wait == null) {
			this.transport.whenFlushed(this::watchUnsent);
		}
	}

	private void watchUnsent() {
		if (this.wait != null || this.transport.bufferedAmount() == 0) {
			return;
		}
		SlowSessions slowSessions = this.listener.slowSessions();
		ChannelFuture unsent = (slowSessions != null) ? this.transport.unsent() : null;
		if (slowSessions != null && unsent != null) {
			WaitingSessions sessions = slowSessions.of(eventLoop());
			this.wait = new OutboundWait(this.ctx.channel(), this.transport, this.listener, sessions, unsent);
			sessions.add(this);
		}
	}

	@Override
	public boolean look() {
		OutboundWait wait = this.wait;
		if (wait != null && wait.look()) {
			return true;
		}
		this.wait = null;
		return false;
	}

	/**
	 * Returns how long bytes have waited. May be called from any thread.
	 */
	Duration bufferedFor() {
		OutboundWait wait = this.wait;
		return (wait != null) ? Duration.ofNanos(wait.nanos()) : Duration.ZERO;
	}

	/**
	 * Flushes at once, for a sender that cannot wait for the regular flush. The number of
	 * such flushes is limited, or a peer that reads as fast would keep the event loop
	 * busy.
	 * @return {@code false} if the limit is reached
	 */
	boolean flushEarly() {
		if (this.earlyFlushes == MAX_EARLY_FLUSHES) {
			return false;
		}
		this.earlyFlushes++;
		this.ctx.flush();
		this.transport.flushConnection();
		return true;
	}

	/**
	 * Returns a number that changes with each regular flush, by which others have had
	 * their turn on the event loop.
	 */
	int turn() {
		return this.turn;
	}

	/**
	 * Runs a task on the event loop after the next regular flush, when others have had
	 * their turn. A connection that carries several sessions is flushed behind their
	 * flushes, hence the second step.
	 */
	void executeAfter(Runnable task) {
		schedule();
		eventLoop().execute(() -> eventLoop().execute(task));
	}

	private EventLoop eventLoop() {
		return this.ctx.channel().eventLoop();
	}

}
