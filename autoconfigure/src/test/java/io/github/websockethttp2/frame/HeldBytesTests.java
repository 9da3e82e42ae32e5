package io.github.websockethttp2.frame;

import java.util.Random;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bytes that wait cost what they are, however long some have been waiting.
 */
class HeldBytesTests {

	private static final int MB = 1024 * 1024;

	private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);

	private final HeldBytes held = new HeldBytes();

	private int written;

	private int read;

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5 })
	void whatHasBeenTakenIsGivenBack(long seed) {
		Random random = new Random(seed);
		add(100_000);
		while (this.written < 50 * MB) {
			add(1 + random.nextInt(30_000));
			while (this.held.size() > 100_000) {
				take(random.nextInt(3));
			}
			assertThat(memory()).isLessThan(this.held.size() + 4L * HeldBytes.CHUNK);
		}
		take(0);
		assertThat(this.held.size()).isEqualTo(this.written - this.read);
		byte[] rest = bytes(this.held.takeAll(this.allocator));
		assertContinues(rest);
		assertThat(this.held.isEmpty()).isTrue();
		assertThat(memory()).isZero();
	}

	/**
	 * The last of many bytes, and the first of a big read buffer.
	 */
	@Test
	void fewBytesDoNotHoldMany() {
		add(MB);
		while (this.held.size() > 1) {
			take(0);
			if (this.held.isEmpty()) {
				add(1);
			}
		}
		assertThat(memory()).isLessThan(HeldBytes.CHUNK);
		ByteBuf readBuffer = this.allocator.buffer(MB).writeZero(MB);
		this.held.add(this.allocator, readBuffer.readRetainedSlice(10));
		readBuffer.release();
		assertThat(memory()).isLessThan(2 * HeldBytes.CHUNK);
		this.held.release();
		assertThat(memory()).isZero();
	}

	@Test
	void bytesThatComeOneByOneCostWhatTheyAre() {
		for (int i = 0; i < 100_000; i++) {
			add(1);
		}
		assertThat(memory()).isLessThan(100_000 + HeldBytes.CHUNK);
		assertContinues(bytes(this.held.takeAll(this.allocator)));
	}

	@Test
	void whatHasBeenHeldIsNotCopiedAgain() {
		add(20_000);
		HeldBytes next = new HeldBytes();
		for (ByteBuf chunk = this.held.take(); chunk != null; chunk = this.held.take()) {
			next.add(this.allocator, chunk);
			assertThat(chunk.refCnt()).isOne();
		}
		next.add(this.allocator, Unpooled.wrappedBuffer(new byte[] { octet(20_000) }));
		assertThat(next.size()).isEqualTo(20_001);
		assertThat(memory()).isLessThan(3L * HeldBytes.CHUNK + 1);
		assertContinues(bytes(next.takeAll(this.allocator)));
		assertThat(this.read).isEqualTo(20_001);
		assertThat(memory()).isZero();
	}

	@Test
	void thereMayBeNone() {
		assertThat(this.held.take()).isNull();
		assertThat(this.held.takeAll(this.allocator).isReadable()).isFalse();
		this.held.add(this.allocator, Unpooled.EMPTY_BUFFER);
		assertThat(this.held.isEmpty()).isTrue();
		assertThat(this.held.take()).isNull();
		this.held.release();
	}

	private void add(int length) {
		ByteBuf bytes = Unpooled.buffer(length);
		for (int i = 0; i < length; i++) {
			bytes.writeByte(octet(this.written++));
		}
		this.held.add(this.allocator, bytes);
		assertThat(bytes.refCnt()).isZero();
	}

	private void take(int more) {
		for (int i = 0; i <= more; i++) {
			ByteBuf taken = this.held.take();
			if (taken != null) {
				assertThat(taken.readableBytes()).isBetween(1, HeldBytes.CHUNK);
				assertContinues(bytes(taken));
			}
		}
	}

	private void assertContinues(byte[] bytes) {
		for (byte octet : bytes) {
			if (octet != octet(this.read++)) {
				throw new AssertionError("Wrong octet at " + (this.read - 1));
			}
		}
	}

	private static byte octet(int position) {
		return (byte) (position * 31 + (position >> 8));
	}

	private static byte[] bytes(ByteBuf buffer) {
		byte[] bytes = new byte[buffer.readableBytes()];
		buffer.readBytes(bytes);
		buffer.release();
		return bytes;
	}

	private long memory() {
		return this.allocator.metric().usedHeapMemory() + this.allocator.metric().usedDirectMemory();
	}

}
