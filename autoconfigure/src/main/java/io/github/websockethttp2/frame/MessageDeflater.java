package io.github.websockethttp2.frame;

import java.nio.ByteBuffer;
import java.util.zip.Deflater;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * Compresses whole messages (RFC 7692, section 7.2.1). There is one per event loop.
 */
final class MessageDeflater {

	private static final FastThreadLocal<MessageDeflater> CURRENT = new FastThreadLocal<>() {

		@Override
		protected MessageDeflater initialValue() {
			return new MessageDeflater();
		}

		@Override
		protected void onRemoval(MessageDeflater deflater) {
			deflater.deflater.end();
		}

	};

	/** The size of the end of a sync flush, which a message omits. */
	private static final int TAIL = 4;

	private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);

	private MessageDeflater() {
	}

	static MessageDeflater current() {
		return CURRENT.get();
	}

	/**
	 * Compresses a message.
	 * @param allocator allocates the result
	 * @param message the message, which the caller still owns
	 * @param windowBits the base-2 logarithm of the window that the message may refer
	 * back to. {@link Deflater} has no parameter for it, but nothing refers back past a
	 * full flush: one after each window's length of input has the same effect
	 * @return the compressed message, which the caller owns
	 */
	ByteBuf deflate(ByteBufAllocator allocator, ByteBuf message, int windowBits) {
		int window = 1 << windowBits;
		boolean flushOften = windowBits < 15;
		ByteBuf out = allocator.buffer(Math.max(64, message.readableBytes() / 2));
		try {
			int index = message.readerIndex();
			int end = message.writerIndex();
			do {
				int length = (flushOften) ? Math.min(window, end - index) : end - index;
				this.deflater.setInput(message.nioBuffer(index, length));
				index += length;
				drain(out, (flushOften && index < end) ? Deflater.FULL_FLUSH : Deflater.SYNC_FLUSH);
			}
			while (index < end);
			out.writerIndex(out.writerIndex() - TAIL);
			return out;
		}
		catch (Throwable ex) {
			out.release();
			throw ex;
		}
		finally {
			this.deflater.reset();
		}
	}

	private void drain(ByteBuf out, int flush) {
		int written;
		ByteBuffer room;
		do {
			out.ensureWritable(256);
			room = out.nioBuffer(out.writerIndex(), out.writableBytes());
			written = this.deflater.deflate(room, flush);
			out.writerIndex(out.writerIndex() + written);
		}
		while (!room.hasRemaining());
	}

}
