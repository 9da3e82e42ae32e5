package io.github.websockethttp2.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 connection of the load generator (RFC 9113), with as little as it takes to
 * talk to a server: flow control both ways, no dynamic header table, no priorities. It
 * trusts the server to keep to the protocol, and fails where it cannot read on.
 */
final class LoadConnection extends ByteToMessageDecoder {

	private static final int CHUNK = 64 * 1024;

	private final CompletableFuture<LoadConnection> ready = new CompletableFuture<>();

	private final IntObjectMap<LoadStream> streams = new IntObjectHashMap<>();

	private final LoadFrameWriter writer = new LoadFrameWriter();

	private final LoadSendQueue queue = new LoadSendQueue(this.writer);

	private final LoadClient client;

	private final Windows windows;

	private ChannelHandlerContext context;

	private int nextId = 1;

	private int consumed;

	private boolean connectProtocol;

	/** The DATA frame that is being read. */
	private int dataRemaining = -1;

	private int dataStream;

	private boolean dataEnd;

	@SuppressWarnings("NullAway.Init")
	LoadConnection(LoadClient client) {
		this.client = client;
		this.windows = client.target().windows();
	}

	CompletableFuture<LoadConnection> ready() {
		return this.ready;
	}

	/**
	 * Opens a stream with the next identifier. It leaves with the next {@link #flush()}.
	 * @param block the request's headers
	 * @param end whether there is no body
	 * @param factory makes the stream
	 */
	void open(byte[] block, boolean end, IntFunction<LoadStream> factory) {
		LoadStream stream = factory.apply(this.nextId);
		this.nextId += 2;
		this.queue.open(stream);
		this.streams.put(stream.id, stream);
		this.writer.headers(stream.id, block, end);
	}

	@Nullable Inflation inflation() {
		return this.client.inflation();
	}

	boolean isConnectProtocol() {
		return this.connectProtocol;
	}

	void send(LoadStream stream, byte[] frame) {
		this.queue.add(stream, frame);
	}

	void endStream(LoadStream stream) {
		this.writer.end(stream.id);
	}

	void flush() {
		while (this.context.channel().isWritable() && this.queue.isReady()) {
			this.queue.writeNext();
			if (this.writer.size() >= CHUNK) {
				this.writer.writeTo(this.context);
			}
		}
		this.writer.writeTo(this.context);
		this.context.flush();
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.context = ctx;
	}

	@Override
	public void channelActive(ChannelHandlerContext ctx) {
		this.writer.preface(this.windows);
		this.writer.writeTo(ctx);
		ctx.flush();
	}

	@Override
	protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
		if (this.dataRemaining >= 0) {
			data(in);
			return;
		}
		if (in.readableBytes() < LoadFrameWriter.HEADER) {
			return;
		}
		int index = in.readerIndex();
		int length = in.getUnsignedMedium(index);
		int type = in.getUnsignedByte(index + 3);
		int flags = in.getUnsignedByte(index + 4);
		int id = in.getInt(index + 5);
		if (type == LoadFrameWriter.DATA) {
			check((flags & 0x08) == 0, "padding");
			in.skipBytes(LoadFrameWriter.HEADER);
			this.dataRemaining = length;
			this.dataStream = id;
			this.dataEnd = (flags & 0x01) != 0;
			data(in);
		}
		else if (in.readableBytes() >= LoadFrameWriter.HEADER + length) {
			in.skipBytes(LoadFrameWriter.HEADER);
			int end = in.readerIndex() + length;
			frame(type, flags, id, in, length);
			in.readerIndex(end);
		}
	}

	private void data(ByteBuf in) {
		int count = Math.min(this.dataRemaining, in.readableBytes());
		LoadStream stream = this.streams.get(this.dataStream);
		int end = in.readerIndex() + count;
		if (stream != null && count > 0) {
			stream.data(in, count);
			stream.consumed += count;
			if (stream.consumed > this.windows.stream() / 2) {
				this.writer.windowUpdate(stream.id, stream.consumed);
				stream.consumed = 0;
			}
		}
		in.readerIndex(end);
		this.consumed += count;
		if (this.consumed > this.windows.connection() / 2) {
			this.writer.windowUpdate(0, this.consumed);
			this.consumed = 0;
		}
		this.dataRemaining -= count;
		if (this.dataRemaining == 0) {
			this.dataRemaining = -1;
			if (this.dataEnd) {
				ended(this.dataStream, false);
			}
		}
	}

	private void frame(int type, int flags, int id, ByteBuf in, int length) {
		switch (type) {
			case LoadFrameWriter.HEADERS -> {
				check((flags & 0x28) == 0 && (flags & 0x04) != 0, "padding, priority or continuation");
				headers(id, in, length, (flags & 0x01) != 0);
			}
			case LoadFrameWriter.RST_STREAM -> ended(id, true);
			case LoadFrameWriter.SETTINGS -> {
				if ((flags & 0x01) == 0) {
					settings(in, length);
				}
			}
			case LoadFrameWriter.PING -> {
				if ((flags & 0x01) == 0) {
					this.writer.pong(in);
				}
			}
			case LoadFrameWriter.GOAWAY -> this.client.goAway(in.getInt(in.readerIndex() + 4));
			case LoadFrameWriter.WINDOW_UPDATE -> windowUpdate(id, in.readInt());
			default -> {
			}
		}
	}

	private void headers(int id, ByteBuf in, int length, boolean end) {
		LoadStream stream = this.streams.get(id);
		if (stream != null) {
			byte[] block = new byte[length];
			in.readBytes(block);
			stream.headers(block, end);
		}
		if (end) {
			ended(id, false);
		}
	}

	private void ended(int id, boolean reset) {
		LoadStream stream = this.streams.remove(id);
		if (stream != null) {
			stream.ended(reset);
		}
	}

	private void settings(ByteBuf in, int length) {
		for (int i = 0; i < length; i += 6) {
			int setting = in.readUnsignedShort();
			int value = in.readInt();
			switch (setting) {
				case 0x04 -> this.queue.setInitialWindow(value, this.streams.values());
				case 0x05 -> this.queue.setMaxFrameSize(value);
				case 0x08 -> {
					this.connectProtocol = value == 1;
				}
				default -> {
				}
			}
		}
		this.writer.settingsAck();
		this.ready.complete(this);
	}

	private void windowUpdate(int id, int increment) {
		if (id == 0) {
			this.queue.grow(increment);
			return;
		}
		LoadStream stream = this.streams.get(id);
		if (stream != null) {
			this.queue.grow(stream, increment);
		}
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
		super.channelReadComplete(ctx);
		flush();
	}

	@Override
	public void channelWritabilityChanged(ChannelHandlerContext ctx) {
		if (ctx.channel().isWritable()) {
			flush();
		}
	}

	@Override
	protected void handlerRemoved0(ChannelHandlerContext ctx) {
		this.writer.release();
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) throws Exception {
		super.channelInactive(ctx);
		this.ready.completeExceptionally(new LoadException("The connection was closed before SETTINGS came"));
		for (LoadStream stream : new ArrayList<>(this.streams.values())) {
			ended(stream.id, true);
		}
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		this.ready.completeExceptionally(cause);
		this.client.failed(cause);
		ctx.close();
	}

	private static void check(boolean condition, String message) {
		if (!condition) {
			throw new LoadException("An HTTP/2 frame that the load generator cannot read: " + message);
		}
	}

}
