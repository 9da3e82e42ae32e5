package io.github.websockethttp2.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Strings packed into an array of bytes, each in UTF-8 after its length. A length has
 * seven bits per byte, the lowest first.
 */
final class PackedStrings implements Iterator<String> {

	private static final int MORE = 0x80;

	private static final int BITS = 0x7F;

	private final byte[] packed;

	private int index;

	PackedStrings(byte[] packed) {
		this.packed = packed;
	}

	static Builder builder() {
		return new Builder();
	}

	@Override
	public boolean hasNext() {
		return this.index < this.packed.length;
	}

	@Override
	public String next() {
		if (!hasNext()) {
			throw new NoSuchElementException();
		}
		int length = 0;
		int shift = 0;
		byte part;
		do {
			part = this.packed[this.index++];
			length |= (part & BITS) << shift;
			shift += 7;
		}
		while ((part & MORE) != 0);
		String string = new String(this.packed, this.index, length, StandardCharsets.UTF_8);
		this.index += length;
		return string;
	}

	static final class Builder {

		private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);

		Builder add(String string) {
			byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
			int length = bytes.length;
			for (; length >= MORE; length >>>= 7) {
				this.out.write(length | MORE);
			}
			this.out.write(length);
			this.out.writeBytes(bytes);
			return this;
		}

		byte[] build() {
			return this.out.toByteArray();
		}

	}

}
