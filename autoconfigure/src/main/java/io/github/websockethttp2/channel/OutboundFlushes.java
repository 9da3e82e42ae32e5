package io.github.websockethttp2.channel;

import io.github.websockethttp2.transport.ByteTransport;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;

/**
 * Decides when a session's writes are flushed. What is written in answer to bytes that
 * were read together is flushed together, and so is what is written in one turn of the
 * event loop. Confined to the event loop.
 */
final class OutboundFlushes {

	private static final int MAX_EARLY_FLUSHES = 32;

	private final ByteTransport transport;

	private final EventLoop eventLoop;

	private final ChannelHandlerContext ctx;

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
	 */
	OutboundFlushes(ChannelHandlerContext ctx, ByteTransport transport) {
		this.ctx = ctx;
		this.eventLoop = ctx.channel().eventLoop();
		this.transport = transport;
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
			this.eventLoop.execute(() -> {
				this.scheduled = false;
				flushInTurn();
			});
		}
	}

	private void flushInTurn() {
		this.earlyFlushes = 0;
		this.turn++;
		this.ctx.flush();
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
	 * their turn.
	 */
	void executeAfter(Runnable task) {
		schedule();
		this.eventLoop.execute(task);
	}

}
