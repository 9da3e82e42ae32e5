package io.github.websockethttp2.testsupport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LeakDetection}: were it not in use, leaks would go unnoticed.
 */
class LeakDetectionTests {

	@Test
	void findsBufferThatIsNotReleased() {
		forgetBuffer();
		assertThat(LeakDetection.find(3)).hasSize(1)
			.first()
			.asString()
			.contains("LEAK: ByteBuf")
			.contains("forgetBuffer");
	}

	@Test
	void findsNothingWhereBuffersAreReleased() {
		PooledByteBufAllocator.DEFAULT.buffer(16).writeInt(1).release();
		assertThat(LeakDetection.find(1)).isEmpty();
	}

	private static void forgetBuffer() {
		ByteBuf buffer = PooledByteBufAllocator.DEFAULT.buffer(16);
		buffer.writeInt(1);
	}

}
