package io.github.websockethttp2.benchmarks.load;

import java.nio.ByteBuffer;
import java.util.Arrays;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The load generator masks what it sends, so that servers have to unmask it.
 */
class ClientFramesTests {

	@ParameterizedTest
	@ValueSource(ints = { 1, 3, 4, 125, 126, 65_535, 65_536 })
	void payloadIsMaskedWithAKeyThatIsNotZero(int length) {
		ByteBuffer frame = ByteBuffer.wrap(ClientFrames.message(true, length));
		int header = (length < 126) ? 2 : (length < 65_536) ? 4 : 10;
		assertThat(frame.get(1) & 0x80).isNotZero();
		byte[] key = new byte[4];
		frame.position(header).get(key);
		assertThat(key).doesNotContain(0).doesNotHaveDuplicates();
		byte[] payload = new byte[frame.remaining()];
		frame.get(payload);
		for (int i = 0; i < payload.length; i++) {
			payload[i] ^= key[i % 4];
		}
		byte[] expected = new byte[length];
		Arrays.fill(expected, ClientFrames.FILL);
		assertThat(payload).isEqualTo(expected);
	}

}
