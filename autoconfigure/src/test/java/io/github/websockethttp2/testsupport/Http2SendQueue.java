package io.github.websockethttp2.testsupport;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * DATA to be sent, held back as the server's flow control windows demand. Lives on the
 * event loop.
 */
final class Http2SendQueue {

	private final Map<Integer, Lane> lanes = new LinkedHashMap<>();

	private final FrameWriter writer;

	private long connectionWindow = 65535;

	private long initialWindow = 65535;

	private int maxFrameSize = 16384;

	Http2SendQueue(FrameWriter writer) {
		this.writer = writer;
	}

	void initialWindow(long size) {
		long change = size - this.initialWindow;
		this.initialWindow = size;
		this.lanes.values().forEach((lane) -> lane.window += change);
		pump();
	}

	void maxFrameSize(int size) {
		this.maxFrameSize = size;
	}

	void increment(int streamId, int increment) {
		if (streamId == 0) {
			this.connectionWindow += increment;
		}
		else {
			lane(streamId).window += increment;
		}
		pump();
	}

	void add(int streamId, byte[] data, boolean endStream, CompletableFuture<Void> written) {
		lane(streamId).chunks.add(new Chunk(data, endStream, written));
		pump();
	}

	void drop(int streamId, String reason) {
		lane(streamId).drop(reason);
	}

	void dropAll(String reason) {
		new ArrayList<>(this.lanes.values()).forEach((lane) -> lane.drop(reason));
	}

	void forget() {
		this.lanes.clear();
	}

	private Lane lane(int streamId) {
		return this.lanes.computeIfAbsent(streamId, (id) -> new Lane(this.initialWindow));
	}

	private void pump() {
		// A written chunk completes a future, whose listener may add another
		List<Integer> streamIds = new ArrayList<>(this.lanes.keySet());
		for (int streamId : streamIds) {
			Lane lane = this.lanes.get(streamId);
			while (!lane.chunks.isEmpty() && pump(streamId, lane)) {
				continue;
			}
		}
	}

	private boolean pump(int streamId, Lane lane) {
		Chunk chunk = lane.chunks.peek();
		int remaining = chunk.data.length - chunk.offset;
		long allowed = Math.min(Math.min(lane.window, this.connectionWindow), this.maxFrameSize);
		int length = (int) Math.min(remaining, allowed);
		if (remaining > 0 && length <= 0) {
			return false;
		}
		lane.window -= length;
		this.connectionWindow -= length;
		int offset = chunk.offset;
		chunk.offset += length;
		boolean last = (length == remaining);
		if (last) {
			lane.chunks.remove();
		}
		this.writer.write(streamId, chunk.data, offset, length, last && chunk.endStream, (last) ? chunk.written : null);
		return true;
	}

	/**
	 * Writes one DATA frame.
	 */
	interface FrameWriter {

		void write(int streamId, byte[] data, int offset, int length, boolean endStream,
				CompletableFuture<Void> written);

	}

	private static final class Lane {

		private final Deque<Chunk> chunks = new ArrayDeque<>();

		private long window;

		Lane(long window) {
			this.window = window;
		}

		void drop(String reason) {
			List<Chunk> dropped = new ArrayList<>(this.chunks);
			this.chunks.clear();
			dropped.forEach((chunk) -> chunk.written.completeExceptionally(new IOException(reason)));
		}

	}

	private static final class Chunk {

		private final byte[] data;

		private final boolean endStream;

		private final CompletableFuture<Void> written;

		private int offset;

		Chunk(byte[] data, boolean endStream, CompletableFuture<Void> written) {
			this.data = data;
			this.endStream = endStream;
			this.written = written;
		}

	}

}
