package io.github.websockethttp2.frame;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * Decompresses one message, frame by frame, up to the limit for its size (RFC 7692,
 * section 7.2.2). Inflaters are reused for later messages on the same event loop.
 */
final class MessageInflater {

	private static final int MAX_IDLE = 8;

	private static final FastThreadLocal<Deque<Inflater>> IDLE = new FastThreadLocal<>() {

		@Override
		protected Deque<Inflater> initialValue() {
			return new ArrayDeque<>(MAX_IDLE);
		}

		@Override
		protected void onRemoval(Deque<Inflater> idle) {
			idle.forEach(Inflater::end);
		}

	};

	/** The end of a sync flush, which a message omits. */
	private static final byte[] TAIL = { 0, 0, (byte) 0xff, (byte) 0xff };

	private final Inflater inflater;

	private int room;

	/**
	 * Returns the maximum size of a frame whose message is within its limit. Data that
	 * does not compress becomes longer: by 5 bytes per stored block (RFC 1951, section
	 * 3.2.4), of which a sender with little memory makes many. This is the bound that
	 * zlib states for all its settings ({@code deflateBound}), plus a few bytes for very
	 * short messages.
	 * @param maxMessageSize the maximum size of a message in bytes
	 * @return the maximum size of a frame in bytes
	 */
	static int maxFrameSize(int maxMessageSize) {
		long size = maxMessageSize;
		return (int) Math.min(Integer.MAX_VALUE, size + (size >> 3) + (size >> 6) + 64);
	}

	/**
	 * Create an inflater for a message.
	 * @param maxMessageSize the maximum size of the message in bytes
	 */
	MessageInflater(int maxMessageSize) {
		Inflater idle = IDLE.get().poll();
		this.inflater = (idle != null) ? idle : new Inflater(true);
		this.room = maxMessageSize;
	}

	/**
	 * Decompresses the next frame of the message.
	 * @param allocator allocates the result
	 * @param frame the frame's payload, which the caller still owns
	 * @param last whether the frame is the message's last
	 * @return the decompressed payload, which the caller owns
	 * @throws CorruptedWebSocketFrameException if the data is invalid or too long
	 */
	ByteBuf inflate(ByteBufAllocator allocator, ByteBuf frame, boolean last) {
		// A long, since the limit may be the largest int
		long expected = Math.min(this.room + 1L, Math.max(256, 2L * frame.readableBytes()));
		ByteBuf out = allocator.buffer((int) Math.min(Integer.MAX_VALUE, expected));
		try {
			this.inflater.setInput(frame.nioBuffer());
			drain(out);
			if (last) {
				this.inflater.setInput(TAIL);
				drain(out);
			}
			this.room -= out.readableBytes();
			return out;
		}
		catch (DataFormatException ex) {
			out.release();
			throw new CorruptedWebSocketFrameException(WebSocketCloseStatus.INVALID_PAYLOAD_DATA,
					"Not deflate data: " + ex.getMessage());
		}
		catch (RuntimeException ex) {
			out.release();
			throw ex;
		}
	}

	private void drain(ByteBuf out) throws DataFormatException {
		while (!this.inflater.finished()) {
			// One byte more than allowed distinguishes too much from just enough
			int limit = (int) Math.min(8 * 1024, this.room + 1L - out.readableBytes());
			out.ensureWritable(limit);
			ByteBuffer target = out.nioBuffer(out.writerIndex(), limit);
			int written = this.inflater.inflate(target);
			out.writerIndex(out.writerIndex() + written);
			if (out.readableBytes() > this.room) {
				throw new CorruptedWebSocketFrameException(WebSocketCloseStatus.MESSAGE_TOO_BIG,
						"Message exceeds the limit when decompressed");
			}
			if (written == 0 || target.hasRemaining()) {
				return;
			}
		}
	}

	/**
	 * Releases the inflater, whether or not the message is complete.
	 */
	void release() {
		Deque<Inflater> idle = IDLE.get();
		if (idle.size() < MAX_IDLE) {
			this.inflater.reset();
			idle.push(this.inflater);
		}
		else {
			this.inflater.end();
		}
	}

}
