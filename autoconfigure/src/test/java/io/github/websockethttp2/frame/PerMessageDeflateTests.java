package io.github.websockethttp2.frame;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is agreed with a client (RFC 7692, section 7.1), and that what is sent keeps to
 * it.
 */
class PerMessageDeflateTests {

	private static final byte[] TAIL = { 0, 0, (byte) 0xFF, (byte) 0xFF };

	private static final String AGREED = "permessage-deflate;server_no_context_takeover;client_no_context_takeover";

	@ParameterizedTest
	@CsvSource({ "permessage-deflate, 15, ''", "PerMessage-Deflate, 15, ''",
			"permessage-deflate; client_max_window_bits, 15, ''",
			"permessage-deflate; client_max_window_bits=8, 15, ''",
			"permessage-deflate; server_no_context_takeover; client_no_context_takeover, 15, ''",
			"permessage-deflate; server_max_window_bits=8, 8, ;server_max_window_bits=8",
			"permessage-deflate; server_max_window_bits=15, 15, ;server_max_window_bits=15",
			"permessage-deflate; server_max_window_bits=\"10\", 10, ;server_max_window_bits=10" })
	void offerIsAccepted(String offer, int windowBits, String more) {
		PerMessageDeflate agreed = PerMessageDeflate.negotiate(List.of(offer));
		assertThat(agreed).isNotNull();
		assertThat(agreed.serverMaxWindowBits()).isEqualTo(windowBits);
		assertThat(agreed.toHeader()).isEqualTo(AGREED + more);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ",", ";", ";;,;", "x-webkit-deflate-frame", "permessage-bzip2",
			"permessage-deflate; unknown", "permessage-deflate; server_max_window_bits",
			"permessage-deflate; server_max_window_bits=7", "permessage-deflate; server_max_window_bits=16",
			"permessage-deflate; server_max_window_bits=08", "permessage-deflate; server_max_window_bits=a",
			"permessage-deflate; server_max_window_bits=99999999999", "permessage-deflate; client_max_window_bits=7",
			"permessage-deflate; client_max_window_bits=16", "permessage-deflate; server_no_context_takeover=1",
			"permessage-deflate; client_no_context_takeover=true",
			"permessage-deflate; server_max_window_bits=9; server_max_window_bits=10" })
	void offerIsDeclined(String offer) {
		assertThat(PerMessageDeflate.negotiate(List.of(offer))).isNull();
	}

	@Test
	void firstOfferThatIsWellFormedIsAccepted() {
		assertThat(PerMessageDeflate.negotiate(List
			.of("permessage-deflate; unknown, permessage-bzip2, permessage-deflate; server_max_window_bits=9, permessage-deflate")))
			.isEqualTo(new PerMessageDeflate(9, true));
		assertThat(PerMessageDeflate.negotiate(List.of("x", "permessage-deflate; server_max_window_bits=20",
				"permessage-deflate; client_max_window_bits")))
			.isEqualTo(new PerMessageDeflate(15, false));
	}

	@ParameterizedTest
	@MethodSource("windowBits")
	void messageIsDecompressedByOthers(int windowBits) throws DataFormatException {
		for (int length : new int[] { 0, 1, 255, 256, 257, 1000, 32_767, 32_768, 32_769, 200_000 }) {
			for (byte[] message : messages(length)) {
				byte[] deflated = deflate(message, windowBits);
				assertThat(inflate(deflated, 0, deflated.length, true)).isEqualTo(message);
			}
		}
	}

	@ParameterizedTest
	@MethodSource("windowBits")
	void nothingRefersBackBeyondTheWindow(int windowBits) {
		int window = 1 << windowBits;
		for (byte[] message : messages(5 * window + 7)) {
			byte[] deflated = deflate(message, windowBits);
			if (windowBits == 15) {
				// Deflate itself knows no larger one
				continue;
			}
			int offset = 0;
			for (int i = 0; i < 5; i++) {
				offset = endOfChunk(deflated, offset, Arrays.copyOfRange(message, i * window, (i + 1) * window));
			}
		}
	}

	static IntStream windowBits() {
		return IntStream.rangeClosed(8, 15);
	}

	/**
	 * Zeros, noise, and a long sentence that comes again and again.
	 */
	private static List<byte[]> messages(int length) {
		byte[] noise = new byte[length];
		new Random(1).nextBytes(noise);
		byte[] sentence = Arrays.copyOf(noise, Math.min(length, 200));
		byte[] repeated = new byte[length];
		for (int i = 0; i < length; i++) {
			repeated[i] = sentence[i % sentence.length];
		}
		return List.of(new byte[length], noise, repeated);
	}

	private static byte[] deflate(byte[] message, int windowBits) {
		ByteBuf deflated = MessageDeflater.current()
			.deflate(UnpooledByteBufAllocator.DEFAULT, Unpooled.wrappedBuffer(message), windowBits);
		try {
			return ByteBufUtil.getBytes(deflated);
		}
		finally {
			deflated.release();
		}
	}

	/**
	 * Finds the end of a part of the message that can be decompressed by itself.
	 */
	private static int endOfChunk(byte[] deflated, int offset, byte[] chunk) {
		for (int end = offset + TAIL.length; end <= deflated.length; end++) {
			if (Arrays.equals(deflated, end - TAIL.length, end, TAIL, 0, TAIL.length)) {
				try {
					if (Arrays.equals(inflate(deflated, offset, end - offset, false), chunk)) {
						return end;
					}
				}
				catch (DataFormatException ex) {
					// Bytes of a chunk that look like its end
				}
			}
		}
		throw new AssertionError("Refers back beyond the window after byte " + offset);
	}

	private static byte[] inflate(byte[] deflated, int offset, int length, boolean addTail) throws DataFormatException {
		Inflater inflater = new Inflater(true);
		try {
			ByteArrayOutputStream input = new ByteArrayOutputStream();
			input.write(deflated, offset, length);
			if (addTail) {
				input.writeBytes(TAIL);
			}
			inflater.setInput(input.toByteArray());
			ByteArrayOutputStream inflated = new ByteArrayOutputStream();
			byte[] buffer = new byte[8192];
			int count = inflater.inflate(buffer);
			while (count > 0) {
				inflated.write(buffer, 0, count);
				count = inflater.inflate(buffer);
			}
			return inflated.toByteArray();
		}
		finally {
			inflater.end();
		}
	}

}
