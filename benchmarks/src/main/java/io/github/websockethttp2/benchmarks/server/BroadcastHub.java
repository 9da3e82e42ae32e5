package io.github.websockethttp2.benchmarks.server;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Deflater;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;

/**
 * Everybody who is connected to a bare server. A message is made once, compressed once,
 * and is one task for each event loop. Thread-safe.
 */
final class BroadcastHub {

	static final String PATH = "/broadcast";

	private static final long PAUSE_MILLIS = 10;

	private static final int RSV1 = 0x40;

	/**
	 * What ends a message's deflated bytes, and is not sent (RFC 7692, section 7.2.1).
	 */
	private static final int TAIL = 4;

	private final Map<EventExecutor, BroadcastGroup> groups = new ConcurrentHashMap<>();

	private final AtomicInteger sessions = new AtomicInteger();

	private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);

	private final boolean compressed;

	/**
	 * Create a hub.
	 * @param compressed whether messages are compressed
	 */
	BroadcastHub(boolean compressed) {
		this.compressed = compressed;
	}

	boolean isCompressed() {
		return this.compressed;
	}

	/**
	 * Returns the connections of an event loop, to be called and used on it.
	 */
	BroadcastGroup group(EventExecutor eventLoop) {
		return this.groups.computeIfAbsent(eventLoop, (added) -> new BroadcastGroup());
	}

	/**
	 * Sessions come, or go if negative.
	 */
	void add(int sessions) {
		this.sessions.addAndGet(sessions);
	}

	/**
	 * Sends what a client asks for when everybody is there.
	 * @param request what it asks for
	 * @param eventLoop waits for that
	 */
	void send(BroadcastRequest request, EventExecutor eventLoop) {
		if (this.sessions.get() != request.sessions()) {
			eventLoop.schedule(() -> send(request, eventLoop), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
			return;
		}
		byte[] frame = frame(request.payload().getBytes(StandardCharsets.US_ASCII));
		this.groups.forEach((loop, group) -> loop.execute(() -> group.deliver(frame)));
	}

	private byte[] frame(byte[] payload) {
		byte[] content = this.compressed ? deflate(payload) : payload;
		ByteBuf frame = Unpooled.buffer(content.length + 10);
		NettyFrames.header(frame, this.compressed ? 0x81 | RSV1 : 0x81, content.length);
		frame.writeBytes(content);
		byte[] bytes = new byte[frame.readableBytes()];
		frame.readBytes(bytes);
		return bytes;
	}

	private synchronized byte[] deflate(byte[] payload) {
		byte[] out = new byte[payload.length + 64];
		this.deflater.reset();
		this.deflater.setInput(payload);
		int length = this.deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
		return Arrays.copyOf(out, length - TAIL);
	}

	/**
	 * A connection.
	 */
	interface Member {

		/**
		 * Sends a frame to all sessions of the connection, and flushes.
		 */
		void deliver(byte[] frame);

	}

}
