package io.github.websockethttp2.benchmarks.load;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * What waits to be sent on the streams of a {@link LoadConnection}, and how much of it
 * the server takes (RFC 9113, section 5.2). Streams take turns, frame by frame.
 */
final class LoadSendQueue {

	private final Queue<LoadStream> streams = new ArrayDeque<>();

	private final LoadFrameWriter writer;

	private int window = 0xffff;

	private int initialWindow = 0xffff;

	private int maxFrameSize = 16 * 1024;

	LoadSendQueue(LoadFrameWriter writer) {
		this.writer = writer;
	}

	void open(LoadStream stream) {
		stream.sendWindow = this.initialWindow;
	}

	void add(LoadStream stream, byte[] frame) {
		stream.add(frame);
		schedule(stream);
	}

	boolean isReady() {
		return this.window > 0 && !this.streams.isEmpty();
	}

	/**
	 * Writes one DATA frame.
	 */
	void writeNext() {
		LoadStream stream = this.streams.remove();
		stream.scheduled = false;
		int limit = Math.min(this.maxFrameSize, Math.min(this.window, stream.sendWindow));
		int sent = stream.take(limit, (frame, offset, count) -> this.writer.data(stream.id, frame, offset, count));
		this.window -= sent;
		stream.sendWindow -= sent;
		schedule(stream);
	}

	void grow(int increment) {
		this.window += increment;
	}

	void grow(LoadStream stream, int increment) {
		stream.sendWindow += increment;
		schedule(stream);
	}

	void setMaxFrameSize(int maxFrameSize) {
		this.maxFrameSize = maxFrameSize;
	}

	void setInitialWindow(int initialWindow, Iterable<LoadStream> open) {
		int change = initialWindow - this.initialWindow;
		this.initialWindow = initialWindow;
		open.forEach((stream) -> grow(stream, change));
	}

	private void schedule(LoadStream stream) {
		if (!stream.scheduled && stream.sendWindow > 0 && stream.isWaiting()) {
			stream.scheduled = true;
			this.streams.add(stream);
		}
	}

}
