package io.github.websockethttp2.benchmarks.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Queue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ByteLoop} answers, as far as the client's windows let it through, and its
 * own windows for the client (RFC 9113, section 5.2).
 */
final class ByteLoopOutput {

	private static final int HEADER = Http2CodecUtil.FRAME_HEADER_LENGTH;

	/** {@code :status: 200} of the static table (RFC 7541, appendix A). */
	private static final int OK = 0x88;

	/** More than all streams can use before their clients hear of it. */
	private static final int CONNECTION_WINDOW = 1024 * 1024 * 1024;

	/** So much of a push goes into one DATA frame. */
	private static final int CHUNK = 8 * 1024;

	private final IntObjectMap<ByteLoopStream> streams = new IntObjectHashMap<>();

	/** Streams that have something to send as soon as the connection's window grows. */
	private final Queue<ByteLoopStream> blocked = new ArrayDeque<>();

	private final ByteLoopWriter writer;

	private final ByteBufAllocator allocator;

	private int consumed;

	private int window = Http2CodecUtil.DEFAULT_WINDOW_SIZE;

	private int initialWindow = Http2CodecUtil.DEFAULT_WINDOW_SIZE;

	private int maxFrameSize = Http2CodecUtil.DEFAULT_MAX_FRAME_SIZE;

	ByteLoopOutput(ChannelHandlerContext context) {
		this.writer = new ByteLoopWriter(context);
		this.allocator = context.alloc();
	}

	void preface(int maxStreams) {
		this.writer.header(3 * 6, Http2FrameTypes.SETTINGS, 0, 0)
			.writeShort(Http2CodecUtil.SETTINGS_ENABLE_CONNECT_PROTOCOL)
			.writeInt(1)
			.writeShort(Http2CodecUtil.SETTINGS_MAX_CONCURRENT_STREAMS)
			.writeInt(maxStreams)
			.writeShort(Http2CodecUtil.SETTINGS_INITIAL_WINDOW_SIZE)
			.writeInt(NettyServer.WINDOW);
		this.writer.windowUpdate(0, CONNECTION_WINDOW - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
	}

	ByteLoopStream open(int id, String path) {
		ByteLoopStream stream = new ByteLoopStream(id, path, this.initialWindow);
		this.streams.put(id, stream);
		this.writer.header(1, Http2FrameTypes.HEADERS, ByteLoop.END_HEADERS, id).writeByte(OK);
		return stream;
	}

	@Nullable ByteLoopStream stream(int id) {
		return this.streams.get(id);
	}

	/**
	 * Answers what has come on a stream, in one DATA frame if the client takes it.
	 */
	void answer(ByteLoopStream stream, ByteBuf in) {
		if (stream.closing) {
			return;
		}
		ByteBuf out = this.writer.header(0, Http2FrameTypes.DATA, 0, stream.id);
		int start = out.writerIndex();
		stream.closing = stream.frames.read(in, out);
		finish(stream, out, start);
		PushRequest push = stream.frames.takePush();
		if (push != null) {
			push(stream, push);
		}
	}

	private void push(ByteLoopStream stream, PushRequest push) {
		byte[] payload = push.payload().getBytes(StandardCharsets.US_ASCII);
		int left = push.count();
		while (left > 0) {
			ByteBuf out = this.writer.header(0, Http2FrameTypes.DATA, 0, stream.id);
			int start = out.writerIndex();
			do {
				NettyFrames.header(out, 0x81, payload.length);
				out.writeBytes(payload);
				left--;
			}
			while (left > 0 && out.writerIndex() - start + payload.length < CHUNK);
			finish(stream, out, start);
		}
	}

	/**
	 * Sends the frame of a WebSocket, in DATA frames as long as the client takes them.
	 */
	void send(ByteLoopStream stream, byte[] frame) {
		for (int sent = 0; sent < frame.length && !stream.closing; sent += this.maxFrameSize) {
			ByteBuf out = this.writer.header(0, Http2FrameTypes.DATA, 0, stream.id);
			int start = out.writerIndex();
			out.writeBytes(frame, sent, Math.min(this.maxFrameSize, frame.length - sent));
			finish(stream, out, start);
		}
	}

	/**
	 * Gives a DATA frame its length, and holds back what the client does not take yet.
	 * @param stream the stream
	 * @param out ends with the payload, if that is not empty
	 * @param start where the payload begins
	 */
	private void finish(ByteLoopStream stream, ByteBuf out, int start) {
		int length = out.writerIndex() - start;
		int sent = (stream.held() == 0) ? Math.min(length, allowed(stream)) : 0;
		if (sent < length) {
			stream.hold(out, start + sent, length - sent, this.allocator);
		}
		boolean end = stream.closing && stream.held() == 0;
		if (sent > 0 || end) {
			out.setMedium(start - HEADER, sent);
			out.setByte(start - HEADER + 4, end ? ByteLoop.END_STREAM : 0);
			out.writerIndex(start + sent);
			spend(stream, sent);
		}
		else {
			out.writerIndex(start - HEADER);
		}
		if (sent < length) {
			sendHeld(stream);
		}
	}

	private void sendHeld(ByteLoopStream stream) {
		int count = Math.min(stream.held(), allowed(stream));
		while (count > 0) {
			boolean end = stream.closing && count == stream.held();
			stream.moveTo(this.writer.header(count, Http2FrameTypes.DATA, end ? ByteLoop.END_STREAM : 0, stream.id),
					count);
			spend(stream, count);
			count = Math.min(stream.held(), allowed(stream));
		}
		if (stream.held() > 0) {
			block(stream);
		}
		else if (stream.ended) {
			this.streams.remove(stream.id);
		}
		else {
			update(stream);
		}
	}

	private void block(ByteLoopStream stream) {
		if (stream.window > 0 && !stream.blocked) {
			stream.blocked = true;
			this.blocked.add(stream);
		}
	}

	private int allowed(ByteLoopStream stream) {
		return Math.max(0, Math.min(this.maxFrameSize, Math.min(this.window, stream.window)));
	}

	private void spend(ByteLoopStream stream, int count) {
		this.window -= count;
		stream.window -= count;
	}

	/**
	 * Counts what has come, and lets the client send it again when that is half a window.
	 * @param stream the stream, if there still is one
	 * @param count how many bytes
	 */
	void consumed(@Nullable ByteLoopStream stream, int count) {
		this.consumed += count;
		if (this.consumed >= CONNECTION_WINDOW / 2) {
			this.writer.windowUpdate(0, this.consumed);
			this.consumed = 0;
		}
		if (stream != null) {
			stream.consumed += count;
			update(stream);
		}
	}

	/**
	 * Whoever does not take the answers may not send more either, or there would be no
	 * end to what is held.
	 */
	private void update(ByteLoopStream stream) {
		if (stream.consumed >= NettyServer.WINDOW / 2 && stream.held() == 0) {
			this.writer.windowUpdate(stream.id, stream.consumed);
			stream.consumed = 0;
		}
	}

	/**
	 * The client takes more.
	 * @param id a stream, or zero for the connection
	 * @param increment how many bytes
	 */
	void grow(int id, int increment) {
		if (id != 0) {
			grow(this.streams.get(id), increment);
			return;
		}
		this.window += increment;
		while (this.window > 0 && !this.blocked.isEmpty()) {
			ByteLoopStream stream = this.blocked.remove();
			stream.blocked = false;
			sendHeld(stream);
		}
	}

	private void grow(@Nullable ByteLoopStream stream, int increment) {
		if (stream != null) {
			stream.window += increment;
			if (stream.held() > 0) {
				sendHeld(stream);
			}
		}
	}

	void settings(ByteBuf payload) {
		while (payload.isReadable()) {
			int setting = payload.readUnsignedShort();
			int value = payload.readInt();
			if (setting == Http2CodecUtil.SETTINGS_INITIAL_WINDOW_SIZE) {
				int change = value - this.initialWindow;
				this.initialWindow = value;
				// Those that have sent everything may go meanwhile
				new ArrayList<>(this.streams.values()).forEach((stream) -> grow(stream, change));
			}
			else if (setting == Http2CodecUtil.SETTINGS_MAX_FRAME_SIZE) {
				this.maxFrameSize = value;
			}
		}
		this.writer.header(0, Http2FrameTypes.SETTINGS, ByteLoop.ACK, 0);
	}

	void pong(ByteBuf payload) {
		this.writer.header(payload.readableBytes(), Http2FrameTypes.PING, ByteLoop.ACK, 0).writeBytes(payload);
	}

	/**
	 * The client has ended its side.
	 */
	void ended(ByteLoopStream stream) {
		stream.ended = true;
		boolean closed = stream.closing;
		stream.closing = true;
		if (stream.held() == 0) {
			this.streams.remove(stream.id);
			if (!closed) {
				this.writer.header(0, Http2FrameTypes.DATA, ByteLoop.END_STREAM, stream.id);
			}
		}
	}

	void reset(ByteLoopStream stream) {
		this.streams.remove(stream.id);
		this.blocked.remove(stream);
		stream.release();
	}

	void flush() {
		this.writer.flush();
	}

	void release() {
		this.writer.release();
		this.streams.values().forEach(ByteLoopStream::release);
	}

}
