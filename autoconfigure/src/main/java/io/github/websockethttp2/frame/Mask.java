package io.github.websockethttp2.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * Masks and unmasks payloads (RFC 6455, section 5.3). The keys of a client cannot be
 * foretold from those before (section 10.3); they are drawn a thousand at a time, since
 * to draw one costs as much as to draw them all.
 */
final class Mask {

	private static final int KEYS = 1024;

	private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

	private static final FastThreadLocal<Mask> CURRENT = new FastThreadLocal<>() {

		@Override
		protected Mask initialValue() {
			return new Mask();
		}

	};

	private final SecureRandom random = new SecureRandom();

	private final byte[] bytes = new byte[KEYS * Integer.BYTES];

	private int next = KEYS;

	private Mask() {
	}

	/**
	 * Draws a key.
	 * @return the key, as it is written in front of the payload
	 */
	static int nextKey() {
		return CURRENT.get().draw();
	}

	private int draw() {
		if (this.next == KEYS) {
			this.random.nextBytes(this.bytes);
			this.next = 0;
		}
		int index = Integer.BYTES * this.next++;
		return (this.bytes[index] << 24) | ((this.bytes[index + 1] & 0xFF) << 16)
				| ((this.bytes[index + 2] & 0xFF) << 8) | (this.bytes[index + 3] & 0xFF);
	}

	/**
	 * Masks bytes where they are, or unmasks them.
	 * @param bytes a buffer of our own
	 * @param index where they begin
	 * @param length how many
	 * @param key the key
	 */
	static void apply(ByteBuf bytes, int index, int length, int key) {
		long longKey = ((long) key << 32) | (key & 0xFFFF_FFFFL);
		if (bytes.hasArray()) {
			apply(bytes.array(), bytes.arrayOffset() + index, length, longKey);
			return;
		}
		// Past the checks of each access
		ByteBuffer memory = bytes.internalNioBuffer(index, length);
		int i = memory.position();
		int end = i + length;
		for (; i <= end - Long.BYTES; i += Long.BYTES) {
			memory.putLong(i, memory.getLong(i) ^ longKey);
		}
		for (int shift = 56; i < end; i++, shift -= 8) {
			memory.put(i, (byte) (memory.get(i) ^ (longKey >> shift)));
		}
	}

	/**
	 * In the order of the machine, which need not turn around each long.
	 */
	private static void apply(byte[] bytes, int index, int length, long longKey) {
		long nativeKey = (ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN) ? longKey : Long.reverseBytes(longKey);
		int i = index;
		int end = i + length;
		for (; i <= end - Long.BYTES; i += Long.BYTES) {
			LONGS.set(bytes, i, (long) LONGS.get(bytes, i) ^ nativeKey);
		}
		for (int shift = 56; i < end; i++, shift -= 8) {
			bytes[i] ^= (byte) (longKey >> shift);
		}
	}

}
