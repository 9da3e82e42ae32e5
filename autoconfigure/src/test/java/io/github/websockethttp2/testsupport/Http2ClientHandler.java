package io.github.websockethttp2.testsupport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Settings;

/**
 * Reads and writes HTTP/2 frames without the rules of a connection: nothing that a test
 * sends is refused, and nothing that the server sends is dropped. What the server may not
 * do is noted as a violation. All but the state under the monitor lives on the event
 * loop.
 */
final class Http2ClientHandler extends ByteToMessageDecoder {

	private static final int DEFAULT_WINDOW = 65535;

	private static final long MAX_HEADER_LIST = 1024 * 1024;

	private final DefaultHttp2FrameReader reader = new DefaultHttp2FrameReader(
			new DefaultHttp2HeadersDecoder(false, MAX_HEADER_LIST));

	private final DefaultHttp2FrameWriter writer = new DefaultHttp2FrameWriter(Http2HeadersEncoder.NEVER_SENSITIVE,
			true);

	private final Http2FrameListener listener = new Listener();

	private final Http2SendQueue sendQueue = new Http2SendQueue(this::writeData);

	private final Map<Integer, Http2Stream> streams = new ConcurrentHashMap<>();

	private final Map<Long, CompletableFuture<Void>> pings = new HashMap<>();

	private final Deque<SentSettings> sentSettings = new ArrayDeque<>();

	private final FrameMonitor monitor;

	private final Http2Client client;

	private final Http2Settings initialSettings;

	private final int connectionWindowIncrement;

	private ChannelHandlerContext context;

	private int nextStreamId = 1;

	private long nextPing = 1;

	private long receiveWindow = DEFAULT_WINDOW;

	private long unreturned;

	private int initialReceiveWindow = DEFAULT_WINDOW;

	Http2ClientHandler(Http2Client client, FrameMonitor monitor, Http2Settings initialSettings,
			int connectionWindowIncrement) {
		this.client = client;
		this.monitor = monitor;
		this.initialSettings = initialSettings;
		this.connectionWindowIncrement = connectionWindowIncrement;
	}

	@Override
	public void channelActive(ChannelHandlerContext ctx) throws Exception {
		this.context = ctx;
		this.monitor.eventLoop(Thread.currentThread());
		ctx.write(Http2CodecUtil.connectionPrefaceBuf());
		writeSettings(this.initialSettings, new CompletableFuture<>());
		if (this.connectionWindowIncrement > 0) {
			writeWindowUpdate(0, this.connectionWindowIncrement);
		}
		ctx.flush();
		super.channelActive(ctx);
	}

	@Override
	protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
		this.reader.readFrame(ctx, in, this.listener);
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
		ctx.flush();
		super.channelReadComplete(ctx);
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable ex) {
		Throwable cause = (ex instanceof DecoderException && ex.getCause() != null) ? ex.getCause() : ex;
		if (!(cause instanceof IOException)) {
			this.monitor.violation("unreadable frame: " + cause);
		}
		else {
			// Resets of the TCP connection come this way, and tests provoke them
			this.monitor.seen(new SeenFrame(true, 0, "EXCEPTION", ex.toString()), () -> {
			});
			this.monitor.change(() -> this.client.connectionFailed((IOException) cause));
		}
		ctx.close();
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) throws Exception {
		super.channelInactive(ctx);
		this.sendQueue.dropAll("The connection is closed");
		this.pings.values()
			.forEach((ping) -> ping.completeExceptionally(this.monitor.failure("Closed before PING ACK")));
		this.pings.clear();
		this.sentSettings.forEach((sent) -> sent.acknowledged()
			.completeExceptionally(this.monitor.failure("Closed before ACK of SETTINGS")));
		this.monitor.close();
	}

	@Override
	protected void handlerRemoved0(ChannelHandlerContext ctx) {
		this.reader.close();
		this.writer.close();
	}

	Http2Stream stream(int streamId) {
		return this.streams.computeIfAbsent(streamId,
				(id) -> new Http2Stream(id, this.client, this.monitor, this.initialReceiveWindow));
	}

	void forget() {
		this.streams.clear();
		this.sendQueue.forget();
		this.monitor.forgetFrames();
	}

	Http2Stream open(Http2Headers headers, boolean endStream) {
		Http2Stream stream = stream(this.nextStreamId);
		this.nextStreamId += 2;
		writeHeaders(stream.id(), headers, endStream);
		return stream;
	}

	void writeHeaders(int streamId, Http2Headers headers, boolean endStream) {
		sent(streamId, "HEADERS", headers + ((endStream) ? " END_STREAM" : ""));
		this.writer.writeHeaders(this.context, streamId, headers, 0, endStream, this.context.newPromise());
	}

	void send(int streamId, byte[] data, boolean endStream, CompletableFuture<Void> written) {
		if (!this.context.channel().isActive()) {
			written.completeExceptionally(this.monitor.failure("The connection is closed; sent DATA on " + streamId));
			return;
		}
		this.sendQueue.add(streamId, data, endStream, written);
	}

	private void writeData(int streamId, byte[] data, int offset, int length, boolean endStream,
			CompletableFuture<Void> written) {
		sent(streamId, "DATA", length + " bytes" + ((endStream) ? " END_STREAM" : ""));
		ChannelFuture future = this.writer.writeData(this.context, streamId,
				Unpooled.wrappedBuffer(data, offset, length), 0, endStream, this.context.newPromise());
		if (written != null) {
			future.addListener((result) -> {
				if (result.isSuccess()) {
					written.complete(null);
				}
				else {
					written.completeExceptionally(result.cause());
				}
			});
		}
	}

	void writeReset(int streamId, long errorCode) {
		this.sendQueue.drop(streamId, "The stream was reset by the test");
		sent(streamId, "RST_STREAM", errorText(errorCode));
		this.writer.writeRstStream(this.context, streamId, errorCode, this.context.newPromise());
	}

	void writeWindowUpdate(int streamId, int increment) {
		if (streamId == 0) {
			this.receiveWindow += increment;
		}
		else {
			stream(streamId).receiveWindow += increment;
		}
		sent(streamId, "WINDOW_UPDATE", Integer.toString(increment));
		this.writer.writeWindowUpdate(this.context, streamId, increment, this.context.newPromise());
	}

	void writePing(CompletableFuture<Void> acknowledged) {
		if (!this.context.channel().isActive()) {
			acknowledged.completeExceptionally(this.monitor.failure("The connection is closed; sent PING"));
			return;
		}
		long content = this.nextPing++;
		this.pings.put(content, acknowledged);
		sent(0, "PING", Long.toString(content));
		this.writer.writePing(this.context, false, content, this.context.newPromise());
	}

	void writeGoAway(long errorCode, String debugText) {
		sent(0, "GOAWAY", errorText(errorCode) + " " + debugText);
		this.writer.writeGoAway(this.context, 0, errorCode, Unpooled.copiedBuffer(debugText, StandardCharsets.UTF_8),
				this.context.newPromise());
	}

	void writeSettings(Http2Settings settings, CompletableFuture<Void> acknowledged) {
		Integer window = settings.initialWindowSize();
		// A smaller window holds once the server has acknowledged it, a larger one at
		// once
		int change = (window != null) ? window - this.initialReceiveWindow : 0;
		boolean initial = this.streams.isEmpty();
		if (window != null) {
			this.initialReceiveWindow = window;
		}
		this.sentSettings.add(new SentSettings((change < 0 && !initial) ? change : 0, acknowledged));
		if (change > 0) {
			this.streams.values().forEach((stream) -> stream.receiveWindow += change);
		}
		try {
			if (settings.maxFrameSize() != null) {
				this.reader.maxFrameSize(settings.maxFrameSize());
			}
			if (settings.headerTableSize() != null) {
				this.reader.headersConfiguration().maxHeaderTableSize(settings.headerTableSize());
			}
		}
		catch (Http2Exception ex) {
			throw new IllegalArgumentException(ex);
		}
		sent(0, "SETTINGS", settings.toString());
		this.writer.writeSettings(this.context, settings, this.context.newPromise());
	}

	void writeFrame(int type, int flags, int streamId, byte[] payload) {
		sent(streamId, "RAW", "type " + type + ", flags " + flags + ", " + payload.length + " bytes");
		this.writer.writeFrame(this.context, (byte) type, streamId, new Http2Flags((short) flags),
				Unpooled.wrappedBuffer(payload), this.context.newPromise());
	}

	void writeBytes(byte[] bytes) {
		sent(0, "BYTES", bytes.length + " bytes");
		this.context.write(Unpooled.wrappedBuffer(bytes));
	}

	/**
	 * Gives back what the server has spent of its windows.
	 * @param stream the stream that it was spent on
	 * @param held how many bytes have been held back on the stream until now
	 */
	void release(Http2Stream stream, int held) {
		this.unreturned += held;
		stream.unreturned += held;
		returnWindows(stream);
	}

	private void received(Http2Stream stream, int bytes, boolean endStream) {
		this.receiveWindow -= bytes;
		stream.receiveWindow -= bytes;
		if (this.receiveWindow < 0 || stream.receiveWindow < 0) {
			this.monitor.violation("DATA beyond the window: stream " + stream.id() + " has " + stream.receiveWindow
					+ ", connection has " + this.receiveWindow);
		}
		if (stream.consumesOrHolds(bytes)) {
			this.unreturned += bytes;
			stream.unreturned += (endStream) ? 0 : bytes;
			returnWindows(stream);
		}
	}

	private void returnWindows(Http2Stream stream) {
		if (this.unreturned > 0 && isDue(this.unreturned, this.receiveWindow, DEFAULT_WINDOW)) {
			writeWindowUpdate(0, (int) this.unreturned);
			this.unreturned = 0;
		}
		if (stream.unreturned > 0 && isDue(stream.unreturned, stream.receiveWindow, this.initialReceiveWindow)) {
			writeWindowUpdate(stream.id(), (int) stream.unreturned);
			stream.unreturned = 0;
		}
	}

	private static boolean isDue(long unreturned, long window, int size) {
		return unreturned >= size / 2 || window <= size / 2;
	}

	private void sent(int streamId, String type, String detail) {
		this.monitor.seen(new SeenFrame(false, streamId, type, detail), () -> {
		});
	}

	private static String errorText(long errorCode) {
		Http2Error error = Http2Error.valueOf(errorCode);
		return (error != null) ? error.name() : Long.toString(errorCode);
	}

	private Http2Error error(long errorCode) {
		Http2Error error = Http2Error.valueOf(errorCode);
		if (error == null) {
			this.monitor.violation("unknown error code " + errorCode);
			return Http2Error.INTERNAL_ERROR;
		}
		return error;
	}

	/**
	 * SETTINGS on their way.
	 *
	 * @param windowDecrease what they take from the streams' windows once acknowledged
	 * @param acknowledged completed by the acknowledgement
	 */
	private record SentSettings(int windowDecrease, CompletableFuture<Void> acknowledged) {

	}

	/**
	 * Takes the server's frames.
	 */
	private final class Listener extends Http2FrameAdapter {

		@Override
		public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
			byte[] bytes = ByteBufUtil.getBytes(data);
			Http2Stream stream = stream(streamId);
			seen(streamId, "DATA", bytes.length + " bytes" + ((padding > 0) ? " and " + padding + " of padding" : "")
					+ ((endOfStream) ? " END_STREAM" : ""), () -> stream.onData(bytes, endOfStream));
			received(stream, bytes.length + padding, endOfStream);
			return bytes.length + padding;
		}

		@Override
		public void onHeadersRead(ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding,
				boolean endStream) {
			Http2Stream stream = stream(streamId);
			seen(streamId, "HEADERS", headers + ((endStream) ? " END_STREAM" : ""),
					() -> stream.onHeaders(headers, endStream));
		}

		@Override
		public void onHeadersRead(ChannelHandlerContext ctx, int streamId, Http2Headers headers, int streamDependency,
				short weight, boolean exclusive, int padding, boolean endStream) {
			onHeadersRead(ctx, streamId, headers, padding, endStream);
		}

		@Override
		public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
			Http2Stream stream = stream(streamId);
			Http2Error error = error(errorCode);
			seen(streamId, "RST_STREAM", errorText(errorCode), () -> stream.onReset(error));
			Http2ClientHandler.this.sendQueue.drop(streamId, "The stream was reset by the server: " + error);
		}

		@Override
		public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) throws Http2Exception {
			Http2ClientHandler handler = Http2ClientHandler.this;
			Http2Settings copy = new Http2Settings().copyFrom(settings);
			seen(0, "SETTINGS", copy.toString(), () -> handler.client.onSettings(copy));
			if (settings.headerTableSize() != null) {
				handler.writer.headersConfiguration().maxHeaderTableSize(settings.headerTableSize());
			}
			if (settings.maxFrameSize() != null) {
				handler.writer.maxFrameSize(settings.maxFrameSize());
				handler.sendQueue.maxFrameSize(settings.maxFrameSize());
			}
			sent(0, "SETTINGS", "ACK");
			handler.writer.writeSettingsAck(ctx, ctx.newPromise());
			if (settings.initialWindowSize() != null) {
				handler.sendQueue.initialWindow(settings.initialWindowSize());
			}
		}

		@Override
		public void onSettingsAckRead(ChannelHandlerContext ctx) {
			Http2ClientHandler handler = Http2ClientHandler.this;
			seen(0, "SETTINGS", "ACK", () -> {
			});
			SentSettings sent = handler.sentSettings.poll();
			if (sent == null) {
				handler.monitor.violation("ACK of SETTINGS that were not sent");
				return;
			}
			handler.streams.values().forEach((stream) -> stream.receiveWindow += sent.windowDecrease());
			sent.acknowledged().complete(null);
		}

		@Override
		public void onPingRead(ChannelHandlerContext ctx, long data) {
			Http2ClientHandler handler = Http2ClientHandler.this;
			seen(0, "PING", Long.toHexString(data), handler.client::onPing);
			if (handler.client.isAutoAckPing()) {
				sent(0, "PING", Long.toHexString(data) + " ACK");
				handler.writer.writePing(ctx, true, data, ctx.newPromise());
			}
		}

		@Override
		public void onPingAckRead(ChannelHandlerContext ctx, long data) {
			seen(0, "PING", data + " ACK", () -> {
			});
			CompletableFuture<Void> ping = Http2ClientHandler.this.pings.remove(data);
			if (ping != null) {
				ping.complete(null);
			}
			else {
				Http2ClientHandler.this.monitor.violation("ACK of a PING that was not sent: " + data);
			}
		}

		@Override
		public void onPushPromiseRead(ChannelHandlerContext ctx, int streamId, int promisedStreamId,
				Http2Headers headers, int padding) {
			seen(streamId, "PUSH_PROMISE", headers.toString(), () -> {
			});
		}

		@Override
		public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
			GoAway goAway = new GoAway(error(errorCode), lastStreamId, debugData.toString(StandardCharsets.UTF_8));
			seen(0, "GOAWAY", goAway.toString(), () -> Http2ClientHandler.this.client.onGoAway(goAway));
		}

		@Override
		public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int windowSizeIncrement) {
			Http2ClientHandler handler = Http2ClientHandler.this;
			seen(streamId, "WINDOW_UPDATE", Integer.toString(windowSizeIncrement), () -> {
				if (streamId == 0) {
					handler.client.onWindowUpdate(windowSizeIncrement);
				}
				else {
					stream(streamId).onWindowUpdate(windowSizeIncrement);
				}
			});
			handler.sendQueue.increment(streamId, windowSizeIncrement);
		}

		@Override
		public void onUnknownFrame(ChannelHandlerContext ctx, byte frameType, int streamId, Http2Flags flags,
				ByteBuf payload) {
			seen(streamId, "UNKNOWN", "type " + frameType + ", " + payload.readableBytes() + " bytes", () -> {
			});
		}

		private void seen(int streamId, String type, String detail, Runnable change) {
			Http2ClientHandler.this.monitor.seen(new SeenFrame(true, streamId, type, detail), change);
		}

	}

}
