package io.github.websockethttp2.stream;

import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelOption;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import io.netty.util.concurrent.PromiseNotifier;
import org.jspecify.annotations.Nullable;

/**
 * Turns the DATA frames of a stream into bytes and back.
 * <p>
 * Inbound, a stream's window is given back only for bytes that the session has asked for,
 * while every frame is taken off the connection at once: a session that does not read
 * holds its own window and nothing else. Outbound, what is written between two flushes
 * leaves as one DATA frame.
 */
final class Http2StreamTransport extends ChannelDuplexHandler implements ByteTransport {

	/** What a session gets at a time from bytes that had to wait. */
	private static final int CHUNK = 8 * 1024;

	/** Bytes that are given back to the peer together, to save WINDOW_UPDATE frames. */
	private static final int CREDIT_BATCH = 8 * 1024;

	/** From here on a buffer travels in a DATA frame of its own rather than be copied. */
	private static final int COPY_LIMIT = 4 * 1024;

	/** RFC 9113, section 6.5.2: the size of frame that every peer takes. */
	private static final int FRAME_SIZE = 16 * 1024;

	/** A sender that takes longer for a window is not held up by it: nanoseconds. */
	private static final long GROWTH_INTERVAL = TimeUnit.MILLISECONDS.toNanos(500);

	private final Http2ConnectionHandler connection;

	private final HeldBytes inbound = new HeldBytes();

	private @Nullable ChannelHandlerContext ctx;

	private boolean reading;

	private boolean delivering;

	private boolean heard;

	private int consumed;

	private boolean inputEnded;

	private boolean inputEndAnnounced;

	private boolean inputEndTold;

	private boolean outputEnded;

	private int creditBatch;

	private int window;

	private int borrowed;

	private int keptUp;

	private long keptUpSince;

	private @Nullable ByteBuf outbound;

	private boolean outboundOwned;

	private @Nullable ChannelFuture lastWrite;

	private @Nullable ChannelFuture writeBefore;

	private boolean waiting;

	private @Nullable List<ChannelPromise> outboundPromises;

	Http2StreamTransport(Http2ConnectionHandler connection) {
		this.connection = connection;
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.ctx = ctx;
		this.lastWrite = ctx.newSucceededFuture();
		this.writeBefore = this.lastWrite;
		this.window = this.connection.initialWindowSize();
		this.creditBatch = Math.min(CREDIT_BATCH, this.window / 4);
		ctx.channel().config().setOption(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, false);
	}

	@Override
	public void setReading(boolean reading) {
		boolean resumed = reading && !this.reading;
		this.reading = reading;
		if (resumed && !this.delivering) {
			ChannelHandlerContext ctx = context();
			// What the decoder has, which paused with the session, comes first
			deliver(ctx, Unpooled.EMPTY_BUFFER);
			ctx.fireChannelReadComplete();
			deliverHeld(ctx);
			if (this.inputEnded) {
				endInput(ctx);
			}
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (message instanceof Http2DataFrame frame) {
			onData(ctx, frame);
		}
		else if (message instanceof Http2HeadersFrame trailers && trailers.isEndStream()) {
			this.inputEnded = true;
			endInput(ctx);
		}
		else {
			ctx.fireChannelRead(message);
		}
	}

	private void onData(ChannelHandlerContext ctx, Http2DataFrame frame) {
		ByteBuf content = frame.content();
		this.heard = true;
		this.inputEnded |= frame.isEndStream();
		giveBack(frame.initialFlowControlledBytes() - content.readableBytes());
		if (this.reading && this.inbound.isEmpty() && !this.delivering && content.readableBytes() <= FRAME_SIZE) {
			onKeptUp(content.readableBytes());
			deliver(ctx, content);
		}
		else {
			this.keptUp = 0;
			this.inbound.add(ctx.alloc(), content);
			if (!this.delivering) {
				deliverHeld(ctx);
			}
		}
		if (this.inputEnded) {
			endInput(ctx);
		}
	}

	/**
	 * A sender that fills the whole window in a short time, with a session that never
	 * lets bytes wait, is held up by the window alone.
	 */
	private void onKeptUp(int bytes) {
		if (this.keptUp == 0) {
			this.keptUpSince = System.nanoTime();
		}
		this.keptUp += bytes;
		if (this.keptUp >= this.window) {
			this.keptUp = 0;
			if (System.nanoTime() - this.keptUpSince < GROWTH_INTERVAL) {
				int growth = this.connection.windowPool().grow(stream().id());
				this.window += growth;
				this.borrowed += growth;
			}
		}
	}

	/**
	 * Nothing more will come. The session is told when it has read what has; until then
	 * the rest stays bytes, which cost less than the messages in them.
	 */
	private void endInput(ChannelHandlerContext ctx) {
		if (this.reading && this.inbound.isEmpty()) {
			if (!this.inputEndTold) {
				this.inputEndTold = true;
				ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
			}
		}
		else if (!this.inputEndAnnounced) {
			this.inputEndAnnounced = true;
			ctx.fireUserEventTriggered(InputEnding.INSTANCE);
		}
	}

	private void deliverHeld(ChannelHandlerContext ctx) {
		while (this.reading && !this.inbound.isEmpty()) {
			ByteBuf bytes = this.inbound.take(CHUNK);
			if (bytes != null) {
				deliver(ctx, bytes);
				ctx.fireChannelReadComplete();
			}
		}
		flushCredit(ctx);
	}

	private void deliver(ChannelHandlerContext ctx, ByteBuf bytes) {
		int size = bytes.readableBytes();
		this.delivering = true;
		try {
			ctx.fireChannelRead(bytes);
		}
		finally {
			this.delivering = false;
		}
		giveBack(size);
	}

	private void giveBack(int bytes) {
		this.consumed += bytes;
	}

	private void flushCredit(ChannelHandlerContext ctx) {
		if (this.consumed >= this.creditBatch && !this.inputEnded) {
			ctx.write(new DefaultHttp2WindowUpdateFrame(this.consumed));
			this.consumed = 0;
			ctx.flush();
		}
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) {
		flushCredit(ctx);
		ctx.fireChannelReadComplete();
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (message instanceof ByteBuf bytes) {
			append(ctx, bytes);
			if (!promise.isVoid()) {
				if (this.outboundPromises == null) {
					this.outboundPromises = new ArrayList<>(1);
				}
				this.outboundPromises.add(promise);
			}
			if (this.outbound != null && this.outbound.readableBytes() >= FRAME_SIZE) {
				writeBatch(ctx, false);
			}
		}
		else {
			ctx.write(message, promise);
		}
	}

	private void append(ChannelHandlerContext ctx, ByteBuf bytes) {
		ByteBuf batch = this.outbound;
		if (batch == null) {
			this.outbound = bytes;
			this.outboundOwned = false;
		}
		else if (!bytes.isReadable()) {
			bytes.release();
		}
		else if (bytes.readableBytes() > COPY_LIMIT
				|| batch.readableBytes() > COPY_LIMIT && batch.readableBytes() + bytes.readableBytes() > FRAME_SIZE) {
			writeBatch(ctx, false);
			this.outbound = bytes;
			this.outboundOwned = false;
		}
		else {
			merge(ctx, batch, bytes);
		}
	}

	/**
	 * Appends to a buffer of our own only: the memory behind another may be shared.
	 */
	private void merge(ChannelHandlerContext ctx, ByteBuf batch, ByteBuf bytes) {
		ByteBuf merged = batch;
		if (!this.outboundOwned || batch.maxFastWritableBytes() < bytes.readableBytes()) {
			merged = ctx.alloc().buffer(Math.max(256, 2 * (batch.readableBytes() + bytes.readableBytes())));
			merged.writeBytes(batch);
			batch.release();
		}
		merged.writeBytes(bytes);
		bytes.release();
		this.outbound = merged;
		this.outboundOwned = true;
	}

	private void writeBatch(ChannelHandlerContext ctx, boolean endStream) {
		ByteBuf batch = (this.outbound != null) ? this.outbound : Unpooled.EMPTY_BUFFER;
		List<ChannelPromise> promises = this.outboundPromises;
		this.outbound = null;
		this.outboundPromises = null;
		ChannelPromise promise = ctx.newPromise();
		if (promises != null) {
			promise.addListener(notify(promises));
		}
		if (!batch.isReadable() && !endStream) {
			// A mere barrier: it is passed when everything before it is
			batch.release();
			PromiseNotifier.cascade(this.lastWrite, promise);
			return;
		}
		this.writeBefore = this.lastWrite;
		this.lastWrite = ctx.write(new DefaultHttp2DataFrame(batch, endStream), promise);
	}

	private static GenericFutureListener<Future<Void>> notify(List<ChannelPromise> promises) {
		return (future) -> {
			for (ChannelPromise promise : promises) {
				if (future.isSuccess()) {
					promise.trySuccess();
				}
				else {
					promise.tryFailure(future.cause());
				}
			}
		};
	}

	/**
	 * Writes what there is, unless two frames before it still wait for the peer, and not
	 * just for the connection to be flushed: then it waits here, and becomes one frame
	 * with what follows.
	 */
	@Override
	public void flush(ChannelHandlerContext ctx) {
		ChannelFuture writeBefore = this.writeBefore;
		if (this.outbound != null) {
			if (writeBefore == null || writeBefore.isDone()) {
				writeBatch(ctx, false);
			}
			else if (!this.waiting) {
				this.waiting = true;
				writeBefore.addListener((written) -> {
					this.waiting = false;
					flush(ctx);
				});
			}
		}
		ctx.flush();
	}

	@Override
	public long bytesBeforeUnwritable() {
		// On a stream that is about to be closed writes fail at once, and take no room
		boolean failing = this.lastWrite != null && this.lastWrite.cause() != null;
		return (failing) ? 0 : context().channel().bytesBeforeUnwritable();
	}

	@Override
	public void end() {
		ChannelHandlerContext ctx = context();
		if (!this.outputEnded && ctx.channel().isActive()) {
			this.outputEnded = true;
			writeBatch(ctx, true);
			ctx.flush();
			this.connection.ended(stream());
		}
	}

	@Override
	public void abort() {
		context().close();
	}

	@Override
	public boolean hasBeenHeard() {
		boolean heard = this.heard || !this.inbound.isEmpty();
		this.heard = false;
		return heard;
	}

	private Http2FrameStream stream() {
		return ((Http2StreamChannel) context().channel()).stream();
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.connection.windowPool().giveBack(this.borrowed);
		this.borrowed = 0;
		ctx.fireChannelInactive();
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		this.inbound.release();
		if (this.outbound != null) {
			this.outbound.release();
			this.outbound = null;
		}
		if (this.outboundPromises != null) {
			ClosedChannelException closed = new ClosedChannelException();
			this.outboundPromises.forEach((promise) -> promise.tryFailure(closed));
			this.outboundPromises = null;
		}
	}

	private ChannelHandlerContext context() {
		ChannelHandlerContext ctx = this.ctx;
		if (ctx == null) {
			throw new IllegalStateException("Not in a pipeline");
		}
		return ctx;
	}

}
