package io.github.websockethttp2.benchmarks.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A stream of a {@link ByteLoop} and the WebSocket on it.
 */
final class ByteLoopStream {

	final int id;

	final NettyFrames frames;

	/** Bytes that the client will still take. */
	int window;

	/** Bytes that have come since the client last heard of it. */
	int consumed;

	/** Nothing more is answered: a Close frame was, or the client has ended its side. */
	boolean closing;

	/** The client has ended its side. */
	boolean ended;

	/** Waits for the window of the connection. */
	boolean blocked;

	/** What is answered, and the client does not take yet. */
	private @Nullable ByteBuf held;

	ByteLoopStream(int id, String path, int window) {
		this.id = id;
		this.frames = new NettyFrames(path);
		this.window = window;
	}

	int held() {
		return (this.held != null) ? this.held.readableBytes() : 0;
	}

	void hold(ByteBuf bytes, int index, int count, ByteBufAllocator allocator) {
		ByteBuf held = this.held;
		if (held == null) {
			held = allocator.buffer(count);
			this.held = held;
		}
		held.discardSomeReadBytes().writeBytes(bytes, index, count);
	}

	void moveTo(ByteBuf out, int count) {
		ByteBuf held = this.held;
		if (held != null) {
			out.writeBytes(held, count);
			if (!held.isReadable()) {
				release();
			}
		}
	}

	void release() {
		if (this.held != null) {
			this.held.release();
			this.held = null;
		}
	}

}
