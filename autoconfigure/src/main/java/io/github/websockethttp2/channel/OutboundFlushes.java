package io.github.websockethttp2.channel;

import io.github.websockethttp2.transport.ByteTransport;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;

/**
 * When what a session writes is flushed: what is written in answer to bytes that are read
 * together leaves together, and so does what is written in one turn of the event loop.
 * Confined to the event loop.
 */
final class OutboundFlushes {

	private static final int MAX_EARLY_FLUSHES = 32;

	private final ByteTransport transport;

	private final EventLoop eventLoop;

	private final ChannelHandlerContext ctx;

	private boolean inRead;

	private boolean scheduled;

	/** To make room since the event loop was last free for others. */
	private int earlyFlushes;

	/** How often it was. */
	private int turn;

	/**
	 * Create the flushes of a session.
	 * @param ctx where its frames are written
	 * @param transport what carries it
	 */
	OutboundFlushes(ChannelHandlerContext ctx, ByteTransport transport) {
		this.ctx = ctx;
		this.eventLoop = ctx.channel().eventLoop();
		this.transport = transport;
	}

	/**
	 * Messages are being read, and answers to them leave when the last is.
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
	 * Something was written.
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
	 * Gives the transport what waits for a flush, for those who cannot wait for that. Not
	 * without end, or a peer that reads as fast would have the event loop for itself.
	 * @return whether it has been given
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
	 * Returns a number that changes when what was written is flushed as others have had
	 * their turn on the event loop.
	 */
	int turn() {
		return this.turn;
	}

	/**
	 * Runs a task on the event loop when what was written has been flushed, and others
	 * have had their turn.
	 */
	void executeAfter(Runnable task) {
		schedule();
		this.eventLoop.execute(task);
	}

}
