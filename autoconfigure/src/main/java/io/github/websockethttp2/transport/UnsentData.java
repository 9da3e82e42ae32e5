package io.github.websockethttp2.transport;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What the sessions of a connection have written since it was flushed last, in this
 * order. Confined to the event loop.
 */
final class UnsentData {

	/** So much room is kept for the next time. */
	private static final int MAX_SPARE = 1024;

	private static final int MIN_ROOM = 8;

	private @Nullable StreamOutput[] outputs = {};

	private @Nullable ByteBuf[] bytes = {};

	private int size;

	private boolean draining;

	/**
	 * Adds bytes.
	 * @param output whose bytes these are
	 * @param bytes the bytes, which this object then owns
	 */
	void add(StreamOutput output, ByteBuf bytes) {
		if (this.size == this.bytes.length) {
			int room = Math.max(MIN_ROOM, 2 * this.size);
			this.outputs = Arrays.copyOf(this.outputs, room);
			this.bytes = Arrays.copyOf(this.bytes, room);
		}
		this.outputs[this.size] = output;
		this.bytes[this.size] = bytes;
		this.size++;
	}

	/**
	 * Hands on all bytes, also those that are added meanwhile. Does nothing if this is
	 * being done already.
	 * @param sink takes them, and owns them then
	 * @return {@code false} if there was nothing
	 */
	boolean drain(BiConsumer<StreamOutput, ByteBuf> sink) {
		if (this.draining || this.size == 0) {
			return false;
		}
		this.draining = true;
		try {
			for (int i = 0; i < this.size; i++) {
				StreamOutput output = this.outputs[i];
				ByteBuf bytes = this.bytes[i];
				this.outputs[i] = null;
				this.bytes[i] = null;
				if (output != null && bytes != null) {
					sink.accept(output, bytes);
				}
			}
			clear();
		}
		finally {
			this.draining = false;
		}
		return true;
	}

	private void clear() {
		this.size = 0;
		if (this.bytes.length > MAX_SPARE) {
			this.outputs = new StreamOutput[0];
			this.bytes = new ByteBuf[0];
		}
	}

	/**
	 * Takes out all bytes of a session.
	 * @param output whose bytes
	 * @return the bytes, in order, which the caller then owns
	 */
	List<ByteBuf> take(StreamOutput output) {
		List<ByteBuf> taken = new ArrayList<>();
		for (int i = 0; i < this.size; i++) {
			ByteBuf bytes = this.bytes[i];
			if (this.outputs[i] == output && bytes != null) {
				taken.add(bytes);
				this.outputs[i] = null;
				this.bytes[i] = null;
			}
		}
		return taken;
	}

}
