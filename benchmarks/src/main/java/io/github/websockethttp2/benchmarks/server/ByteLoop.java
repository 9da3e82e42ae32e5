package io.github.websockethttp2.benchmarks.server;

import java.util.Objects;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2HeadersDecoder;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 connection and all of its WebSockets, written by hand on the bytes: no
 * objects for frames, no promises, windows that are integers, and one buffer for all that
 * a turn of the event loop answers. Netty's codec decodes the headers of handshakes.
 * <p>
 * Bytes may be cut anywhere. It fails at what clients need not send, and the load
 * generator does not: padding, priorities, and headers that take more than one frame.
 */
final class ByteLoop extends ChannelInboundHandlerAdapter {

	static final int END_STREAM = 0x01;

	static final int ACK = 0x01;

	static final int END_HEADERS = 0x04;

	private static final int PADDED = 0x08;

	private static final int PRIORITY = 0x20;

	private static final int MAX_FRAME_SIZE = 16 * 1024;

	private final Http2HeadersDecoder headersDecoder = new DefaultHttp2HeadersDecoder(false);

	private final int maxStreams;

	private final BroadcastHub hub;

	/** The beginning of what is to be read as a whole. Empty most of the time. */
	private final ByteBuf partial = Unpooled.buffer(64);

	private Part next = Part.PREFACE;

	/** What is left of the frame that is being read. */
	private int length;

	private int type;

	private int flags;

	private int streamId;

	private ByteLoopOutput output;

	private ByteLoopMember member;

	/**
	 * Create a connection.
	 * @param maxStreams how many streams it may have
	 * @param hub everybody who is connected
	 */
	@SuppressWarnings("NullAway.Init")
	ByteLoop(int maxStreams, BroadcastHub hub) {
		this.maxStreams = maxStreams;
		this.hub = hub;
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.output = new ByteLoopOutput(ctx);
		this.member = new ByteLoopMember(this.hub, ctx, this.output);
	}

	@Override
	public void channelActive(ChannelHandlerContext ctx) {
		this.output.preface(this.maxStreams);
		this.output.flush();
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) throws Http2Exception {
		ByteBuf in = (ByteBuf) message;
		try {
			boolean more = true;
			while (more) {
				more = switch (this.next) {
					case PREFACE -> preface(gather(in, Http2CodecUtil.connectionPrefaceBuf().readableBytes()));
					case HEAD -> head(gather(in, Http2CodecUtil.FRAME_HEADER_LENGTH));
					case DATA -> data(in);
					case PAYLOAD -> payload(gather(in, this.length));
				};
			}
		}
		finally {
			in.release();
		}
	}

	/**
	 * Returns where so many bytes can be read in one piece, or {@code null} if some of
	 * them have not come yet.
	 */
	private @Nullable ByteBuf gather(ByteBuf in, int count) {
		if (!this.partial.isReadable()) {
			this.partial.clear();
			if (in.readableBytes() >= count) {
				return in;
			}
		}
		this.partial.writeBytes(in, Math.min(count - this.partial.readableBytes(), in.readableBytes()));
		return (this.partial.readableBytes() == count) ? this.partial : null;
	}

	private boolean preface(@Nullable ByteBuf bytes) {
		if (bytes == null) {
			return false;
		}
		ByteBuf expected = Http2CodecUtil.connectionPrefaceBuf();
		check(bytes.readSlice(expected.readableBytes()).equals(expected), "no preface");
		this.next = Part.HEAD;
		return true;
	}

	private boolean head(@Nullable ByteBuf bytes) {
		if (bytes == null) {
			return false;
		}
		this.length = bytes.readUnsignedMedium();
		this.type = bytes.readByte();
		this.flags = bytes.readByte();
		this.streamId = bytes.readInt() & 0x7fffffff;
		check(this.length <= MAX_FRAME_SIZE, "a frame that is too long");
		this.next = (this.type == Http2FrameTypes.DATA) ? Part.DATA : Part.PAYLOAD;
		return true;
	}

	/**
	 * Answers as much of a DATA frame as has come.
	 */
	private boolean data(ByteBuf in) {
		int count = Math.min(this.length, in.readableBytes());
		if (count == 0 && this.length > 0) {
			return false;
		}
		check(!has(PADDED), "padding");
		int end = in.readerIndex() + count;
		ByteLoopStream stream = this.output.stream(this.streamId);
		if (stream != null) {
			int all = in.writerIndex();
			// Instead of a slice, which would be an object
			in.writerIndex(end);
			this.output.answer(stream, in);
			this.member.read(stream);
			in.writerIndex(all);
		}
		in.readerIndex(end);
		this.output.consumed(stream, count);
		this.length -= count;
		if (this.length == 0) {
			this.next = Part.HEAD;
			if (stream != null && has(END_STREAM)) {
				this.member.ended(stream);
				this.output.ended(stream);
			}
		}
		return true;
	}

	private boolean payload(@Nullable ByteBuf bytes) throws Http2Exception {
		if (bytes == null) {
			return false;
		}
		ByteBuf payload = bytes.readSlice(this.length);
		this.next = Part.HEAD;
		switch (this.type) {
			case Http2FrameTypes.HEADERS -> headers(payload);
			case Http2FrameTypes.RST_STREAM -> reset(this.output.stream(this.streamId));
			case Http2FrameTypes.WINDOW_UPDATE -> this.output.grow(this.streamId, payload.readInt() & 0x7fffffff);
			case Http2FrameTypes.SETTINGS -> {
				if (!has(ACK)) {
					this.output.settings(payload);
				}
			}
			case Http2FrameTypes.PING -> {
				if (!has(ACK)) {
					this.output.pong(payload);
				}
			}
			case Http2FrameTypes.CONTINUATION -> throw new IllegalStateException("Headers in more than one frame");
			default -> {
				// After a GOAWAY, the client closes the connection
			}
		}
		return true;
	}

	private void headers(ByteBuf block) throws Http2Exception {
		check(has(END_HEADERS) && !has(PADDED) && !has(PRIORITY),
				"padding, priority or headers in more than one frame");
		CharSequence path = this.headersDecoder.decodeHeaders(this.streamId, block).path();
		ByteLoopStream stream = this.output.stream(this.streamId);
		if (stream == null) {
			String opened = Objects.requireNonNull(path).toString();
			stream = this.output.open(this.streamId, opened);
			this.member.opened(stream, opened);
		}
		if (has(END_STREAM)) {
			this.member.ended(stream);
			this.output.ended(stream);
		}
	}

	private void reset(@Nullable ByteLoopStream stream) {
		if (stream != null) {
			this.member.ended(stream);
			this.output.reset(stream);
		}
	}

	private boolean has(int flag) {
		return (this.flags & flag) != 0;
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) {
		this.output.flush();
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		this.member.release();
		this.output.release();
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		ctx.close();
	}

	private static void check(boolean condition, String message) {
		if (!condition) {
			throw new IllegalStateException("Bytes that this loop cannot read: " + message);
		}
	}

	/**
	 * What is read next.
	 */
	private enum Part {

		PREFACE, HEAD, DATA, PAYLOAD

	}

}
