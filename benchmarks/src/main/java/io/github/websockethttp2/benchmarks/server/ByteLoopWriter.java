package io.github.websockethttp2.benchmarks.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2FrameTypes;
import org.jspecify.annotations.Nullable;

/**
 * Writes the frames of a {@link ByteLoop} one after the other, into one buffer for all
 * that leaves in a turn of the event loop.
 */
final class ByteLoopWriter {

	/** A buffer of this size is written before the turn is over, though not flushed. */
	private static final int FULL = 256 * 1024;

	private static final int SMALLEST = 256;

	private final ChannelHandlerContext context;

	private @Nullable ByteBuf out;

	/** As long as the last one, which spares most buffers from growing. */
	private int expected = SMALLEST;

	ByteLoopWriter(ChannelHandlerContext context) {
		this.context = context;
	}

	/**
	 * Begins a frame.
	 * @return where its payload goes
	 */
	ByteBuf header(int length, int type, int flags, int stream) {
		return out().writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
	}

	void windowUpdate(int stream, int increment) {
		header(4, Http2FrameTypes.WINDOW_UPDATE, 0, stream).writeInt(increment);
	}

	private ByteBuf out() {
		ByteBuf out = this.out;
		if (out != null && out.readableBytes() >= FULL) {
			write(out);
			out = null;
		}
		if (out == null) {
			out = this.context.alloc().ioBuffer(this.expected);
			this.out = out;
		}
		return out;
	}

	private void write(ByteBuf out) {
		this.expected = Math.max(SMALLEST, out.readableBytes());
		this.out = null;
		this.context.write(out, this.context.voidPromise());
	}

	/**
	 * Ends a turn.
	 */
	void flush() {
		if (this.out != null) {
			write(this.out);
		}
		this.context.flush();
	}

	void release() {
		if (this.out != null) {
			this.out.release();
			this.out = null;
		}
	}

}
