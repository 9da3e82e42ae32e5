package io.github.websockethttp2.transport;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.github.websockethttp2.frame.FrameEncoder;
import io.github.websockethttp2.frame.OutboundMark;
import io.github.websockethttp2.frame.Role;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalServerChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a session writes on the stream of a connection whose socket and windows the test
 * controls.
 */
class DataFrameWriterTests {

	private static final int WINDOW = 100;

	private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

	private final Socket socket = new Socket();

	private final Http2FrameCodec codec = Http2FrameCodecBuilder.forServer().build();

	/** The multiplexer knows a server's connection by its parent. */
	private final EmbeddedChannel connection = new EmbeddedChannel(new LocalServerChannel(),
			DefaultChannelId.newInstance(), true, false, this.socket, this.codec);

	private Http2StreamChannel stream;

	private Http2StreamTransport transport;

	private int flushes;

	@BeforeEach
	void open() throws Exception {
		SessionStreams streams = SessionStreams.install(this.codec, this.connection.pipeline());
		this.connection.pipeline().addLast(new Http2MultiplexHandler(new ChannelOutboundHandlerAdapter() {

			@Override
			public void handlerAdded(ChannelHandlerContext ctx) {
				DataFrameWriterTests.this.stream = (Http2StreamChannel) ctx.channel();
				initialize(streams);
			}

			@Override
			public boolean isSharable() {
				return true;
			}

		}));
		this.connection.writeInbound(Unpooled.copiedBuffer(PREFACE, StandardCharsets.US_ASCII));
		initialWindow(WINDOW);
		ByteBuf headers = Unpooled.buffer();
		new DefaultHttp2HeadersEncoder().encodeHeaders(1,
				new DefaultHttp2Headers().method("CONNECT").scheme("http").path("/").authority("localhost"), headers);
		receive(Http2FrameTypes.HEADERS, 4, 1, headers);
		this.stream.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")));
		this.connection.runPendingTasks();
		this.socket.sent.clear();
	}

	@AfterEach
	void close() {
		this.socket.unstall();
		this.connection.finishAndReleaseAll();
	}

	private void initialize(SessionStreams streams) {
		this.transport = new Http2StreamTransport(new Connection(streams), Role.SERVER);
		ChannelOutboundHandlerAdapter counter = new ChannelOutboundHandlerAdapter() {

			@Override
			public void flush(ChannelHandlerContext ctx) {
				// Would go on for ever
				if (++DataFrameWriterTests.this.flushes < 1_000) {
					ctx.flush();
				}
			}

		};
		this.stream.pipeline().addLast(this.transport, new FrameEncoder(Role.SERVER, this.transport), counter);
	}

	/**
	 * The bytes that are lost may be the payload of a head that has been sent.
	 */
	@Test
	void nothingFollowsBytesThatAreLost() {
		write('a', WINDOW);
		ByteBuf lost = write('b', 50);
		assertThat(this.socket.data()).containsExactly("a".repeat(WINDOW));
		lost.release();
		this.stream.pipeline().context(FrameEncoder.class).write(bytes('c', 20));
		windowUpdate(1, 1_000);
		assertThat(this.socket.data()).isEmpty();
		assertThat(this.socket.sent).anyMatch((frame) -> frame.type == Http2FrameTypes.RST_STREAM);
		assertThat(this.stream.isActive()).isFalse();
		assertThat(this.transport.bufferedAmount()).isZero();
	}

	@Test
	void whatCannotBeSentTakesNothingOfTheConnectionsWindow() {
		write('a', WINDOW);
		Http2Connection http2 = this.codec.connection();
		int before = http2.remote().flowController().windowSize(http2.connectionStream());
		write('b', 50).release();
		windowUpdate(1, 1_000);
		assertThat(http2.remote().flowController().windowSize(http2.connectionStream())).isEqualTo(before);
	}

	@Test
	void streamThatHasLostBytesDoesNotEndAsIfItHadNot() {
		write('a', WINDOW);
		write('b', 50).release();
		receive(Http2FrameTypes.WINDOW_UPDATE, 0, 1, Unpooled.buffer().writeInt(1_000), () -> {
			this.stream.pipeline().context(FrameEncoder.class).write(bytes('c', 2));
			this.stream.write(OutboundMark.END);
		});
		assertThat(this.socket.sent).noneMatch((frame) -> frame.type == Http2FrameTypes.DATA && frame.flags != 0);
		assertThat(this.socket.sent).anyMatch((frame) -> frame.type == Http2FrameTypes.RST_STREAM);
	}

	/**
	 * The peer reads nothing any more, so the reset does not leave and the stream stays.
	 */
	@Test
	void streamThatIsResetByTheConnectionIsNotFlushedAgainAndAgain() {
		windowUpdate(1, 60_000);
		this.socket.stall();
		writeFrame(1_000);
		writeFrame(1_000);
		assertThat(this.transport.isHoldingBack()).isTrue();
		this.connection
			.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.PROTOCOL_ERROR).stream(this.stream.stream()));
		for (int i = 0; i < 5; i++) {
			this.stream.write(new BinaryWebSocketFrame(bytes('x', 4_000)));
		}
		this.stream.flush();
		this.connection.runPendingTasks();
		writeFrame(10);
		writeFrame(10);
		assertThat(this.transport.isHoldingBack()).isFalse();
		assertThat(this.flushes).isLessThan(100);
	}

	@Test
	void whatIsHeldBackFollowsTheFirstOfTwoFramesAlsoIfTheSecondHasAPromise() {
		windowUpdate(1, 60_000);
		this.socket.stall();
		writeFrame(1_000);
		ChannelPromise sent = this.stream.newPromise();
		this.stream.writeAndFlush(new BinaryWebSocketFrame(bytes('x', 1_000)), sent);
		this.connection.runPendingTasks();
		writeFrame(1_000);
		assertThat(this.socket.stalled).hasSize(2);
		this.socket.send();
		this.connection.runPendingTasks();
		assertThat(this.socket.stalled).hasSize(2);
		assertThat(sent.isDone()).isFalse();
		this.socket.send();
		this.connection.runPendingTasks();
		assertThat(sent.isSuccess()).isTrue();
	}

	/**
	 * RFC 9113, section 6.9.2: a window may become negative.
	 */
	@Test
	void nothingIsSentInANegativeWindow() {
		write('a', WINDOW - 10);
		assertThat(this.socket.data()).hasSize(1);
		initialWindow(20);
		write('b', 5);
		windowUpdate(1, 70);
		assertThat(this.socket.data()).isEmpty();
		windowUpdate(1, 5);
		assertThat(this.socket.data()).containsExactly("bbbbb");
	}

	@Test
	void endOfTheStreamIsBehindWhatHasBeenWritten() {
		ChannelHandlerContext ctx = this.stream.pipeline().context(FrameEncoder.class);
		ctx.write(bytes('a', 10));
		ctx.write(bytes('b', 10));
		this.stream.writeAndFlush(OutboundMark.END);
		this.connection.runPendingTasks();
		assertThat(this.socket.sent.stream().map((frame) -> frame.flags)).containsExactly(0, 1);
		assertThat(this.socket.data()).containsExactly("a".repeat(10), "b".repeat(10));
	}

	private void writeFrame(int length) {
		this.stream.writeAndFlush(new BinaryWebSocketFrame(bytes('x', length)));
		this.connection.runPendingTasks();
	}

	private ByteBuf write(char content, int length) {
		ByteBuf bytes = bytes(content, length);
		ChannelHandlerContext ctx = this.stream.pipeline().context(FrameEncoder.class);
		ctx.writeAndFlush(bytes);
		this.connection.runPendingTasks();
		return bytes;
	}

	private static ByteBuf bytes(char content, int length) {
		return Unpooled.copiedBuffer(String.valueOf(content).repeat(length), StandardCharsets.US_ASCII);
	}

	private void initialWindow(int size) {
		receive(Http2FrameTypes.SETTINGS, 0, 0, Unpooled.buffer().writeShort(4).writeInt(size));
	}

	private void windowUpdate(int streamId, int increment) {
		receive(Http2FrameTypes.WINDOW_UPDATE, 0, streamId, Unpooled.buffer().writeInt(increment));
	}

	private void receive(int type, int flags, int streamId, ByteBuf payload) {
		receive(type, flags, streamId, payload, () -> {
		});
	}

	private void receive(int type, int flags, int streamId, ByteBuf payload, Runnable beforeFlush) {
		ByteBuf frame = Unpooled.buffer().writeMedium(payload.readableBytes()).writeByte(type).writeByte(flags);
		this.connection.writeOneInbound(frame.writeInt(streamId).writeBytes(payload));
		payload.release();
		beforeFlush.run();
		this.connection.flushInbound();
		this.connection.runPendingTasks();
	}

	private record Connection(SessionStreams streams) implements StreamConnection {

		@Override
		public InboundWindows windows() {
			throw new UnsupportedOperationException();
		}

		@Override
		public void accepted(Http2FrameStream stream, Consumer<Http2DataFrame> sink) {
			// Receives nothing
		}

		@Override
		public void outputEnded(Http2FrameStream stream) {
			// Ends with the test
		}

	}

	private record SentFrame(int type, int flags, String payload) {
	}

	private record StalledWrite(ByteBuf bytes, ChannelPromise promise) {
	}

	/**
	 * Takes the connection's bytes, or lets them wait.
	 */
	private static final class Socket extends ChannelOutboundHandlerAdapter {

		private final List<SentFrame> sent = new ArrayList<>();

		private final List<StalledWrite> stalled = new ArrayList<>();

		private final ByteBuf bytes = Unpooled.buffer();

		private boolean stalls;

		void stall() {
			this.stalls = true;
		}

		void unstall() {
			this.stalls = false;
			while (!this.stalled.isEmpty()) {
				send();
			}
		}

		/**
		 * Sends what has waited longest.
		 */
		void send() {
			StalledWrite write = this.stalled.remove(0);
			take(write.bytes, write.promise);
		}

		/**
		 * Returns the DATA that has been sent since the last call.
		 */
		List<String> data() {
			List<String> data = this.sent.stream()
				.filter((frame) -> frame.type == Http2FrameTypes.DATA)
				.map(SentFrame::payload)
				.toList();
			this.sent.removeIf((frame) -> frame.type == Http2FrameTypes.DATA);
			return data;
		}

		@Override
		public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
			if (this.stalls) {
				this.stalled.add(new StalledWrite((ByteBuf) message, promise));
			}
			else {
				take((ByteBuf) message, promise);
			}
		}

		private void take(ByteBuf part, ChannelPromise promise) {
			this.bytes.writeBytes(part);
			part.release();
			while (this.bytes.readableBytes() >= 9
					&& this.bytes.readableBytes() >= 9 + this.bytes.getMedium(this.bytes.readerIndex())) {
				int length = this.bytes.readMedium();
				int type = this.bytes.readByte();
				int flags = this.bytes.readByte();
				this.bytes.skipBytes(4);
				this.sent.add(new SentFrame(type, flags,
						new String(ByteBufUtil.getBytes(this.bytes.readSlice(length)), StandardCharsets.US_ASCII)));
			}
			promise.trySuccess();
		}

	}

}
