package io.github.websockethttp2.frame;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.util.IllegalReferenceCountException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The bytes are those of Netty's encoder, in fewer buffers.
 */
class FrameEncoderTests {

	private final EmbeddedChannel channel = new EmbeddedChannel(new FrameEncoder(Role.SERVER, new Backlog()));

	private boolean holdingBack;

	private boolean copying;

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 125, 126, 4_096, 4_097, 65_535, 65_536, 200_000 })
	void writesWhatNettyWrites(int size) {
		assertThat(encode(this.channel, size))
			.isEqualTo(encode(new EmbeddedChannel(new WebSocket13FrameEncoder(false)), size));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 7, 8, 9, 125, 126, 4_096, 4_097, 65_536, 200_000 })
	void clientMasksWhatNettyUnmasks(int size) {
		EmbeddedChannel client = new EmbeddedChannel(new FrameEncoder(Role.CLIENT, new Backlog()));
		EmbeddedChannel server = new EmbeddedChannel(new WebSocket13FrameDecoder(true, true, 1_000_000));
		ByteBuf expected = payload(size);
		for (int i = 0; i < expected.writerIndex(); i++) {
			expected.setByte(i, i);
		}
		client.writeAndFlush(new BinaryWebSocketFrame(expected.copy()));
		client.writeAndFlush(new BinaryWebSocketFrame(expected.copy()));
		List<Integer> keys = new ArrayList<>();
		for (ByteBuf bytes : written(client)) {
			int headerSize = bytes.readableBytes() - size - 4;
			keys.add(bytes.getInt(bytes.readerIndex() + headerSize));
			server.writeInbound(bytes);
		}
		for (int i = 0; i < 2; i++) {
			BinaryWebSocketFrame frame = server.readInbound();
			assertThat(frame.content()).isEqualTo(expected);
			frame.release();
		}
		assertThat(keys).doesNotHaveDuplicates();
		expected.release();
		client.finish();
		server.finish();
	}

	private static ByteBuf encode(EmbeddedChannel channel, int size) {
		for (int rsv : new int[] { 0, 4, 7 }) {
			for (boolean fin : new boolean[] { true, false }) {
				channel.write(new TextWebSocketFrame(fin, rsv, payload(size)));
				channel.write(new BinaryWebSocketFrame(fin, rsv, payload(size)));
				channel.write(new ContinuationWebSocketFrame(fin, rsv, payload(size)));
			}
		}
		channel.write(new PingWebSocketFrame(payload(size % 126)));
		channel.write(new PongWebSocketFrame(payload(size % 126)));
		channel.write(new CloseWebSocketFrame(1000, "bye"));
		channel.flush();
		ByteBuf all = Unpooled.buffer();
		written(channel).forEach((bytes) -> {
			all.writeBytes(bytes);
			bytes.release();
		});
		channel.finish();
		return all;
	}

	@Test
	void framesBetweenTwoFlushesLeaveAsOneBuffer() {
		for (int i = 0; i < 20; i++) {
			this.channel.write(new TextWebSocketFrame("hello"));
		}
		assertThat(written(this.channel)).isEmpty();
		this.channel.flush();
		List<ByteBuf> buffers = written(this.channel);
		assertThat(buffers).hasSize(1);
		assertThat(buffers.get(0).readableBytes()).isEqualTo(20 * 7);
		buffers.forEach(ByteBuf::release);
		this.channel.finish();
	}

	/**
	 * Its peer would take the next frames for the payload.
	 */
	@Test
	void payloadThatCannotBeWrittenBehindItsHeadIsTheEndOfTheSession() {
		this.channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {

			@Override
			public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
				ByteBuf bytes = (ByteBuf) message;
				if (bytes.readableBytes() > 4_096) {
					bytes.release();
					promise.setFailure(new IllegalStateException("No memory"));
				}
				else {
					ctx.write(message, promise);
				}
			}

		});
		ChannelFuture written = this.channel.write(new BinaryWebSocketFrame(payload(5_000)));
		assertThat(written.cause()).hasMessage("No memory");
		assertThat(this.channel.isOpen()).isFalse();
	}

	@Test
	void nothingAtAllIsWrittenWhereThereIsNothing() {
		ByteBuf released = payload(100);
		released.release();
		this.channel.write(new BinaryWebSocketFrame(released));
		ChannelFuture barrier = this.channel.writeAndFlush(OutboundMark.BARRIER);
		assertThat(this.channel.<Object>readOutbound()).isEqualTo(OutboundMark.BARRIER);
		assertThat(this.channel.<Object>readOutbound()).isNull();
		assertThat(barrier.isSuccess()).isTrue();
		this.channel.finish();
	}

	@Test
	void whatIsHeldBackLeavesWithWhatFollows() {
		this.holdingBack = true;
		this.channel.writeAndFlush(new TextWebSocketFrame("a"));
		this.channel.writeAndFlush(new TextWebSocketFrame("b"));
		assertThat(written(this.channel)).isEmpty();
		this.holdingBack = false;
		this.channel.flush();
		List<ByteBuf> buffers = written(this.channel);
		assertThat(buffers).singleElement().extracting(ByteBuf::readableBytes).isEqualTo(2 * 3);
		buffers.forEach(ByteBuf::release);
		this.channel.finish();
	}

	@Test
	void whatIsHeldBackLeavesBeforeTheEnd() {
		this.holdingBack = true;
		this.channel.writeAndFlush(new CloseWebSocketFrame(1000, ""));
		this.channel.writeAndFlush(OutboundMark.END);
		ByteBuf close = this.channel.readOutbound();
		assertThat(close.readableBytes()).isEqualTo(4);
		close.release();
		assertThat(this.channel.<Object>readOutbound()).isEqualTo(OutboundMark.END);
		this.channel.finish();
	}

	@Test
	void barrierCompletesWithWhatIsHeldBack() {
		this.holdingBack = true;
		this.channel.writeAndFlush(new TextWebSocketFrame("a"));
		ChannelFuture barrier = this.channel.writeAndFlush(OutboundMark.BARRIER);
		assertThat(written(this.channel)).isEmpty();
		assertThat(barrier.isDone()).isFalse();
		this.holdingBack = false;
		this.channel.flush();
		written(this.channel).forEach(ByteBuf::release);
		assertThat(barrier.isSuccess()).isTrue();
		this.channel.finish();
	}

	@Test
	void moreThanABatchDoesNotWaitForTheFlush() {
		for (int i = 0; i < 20; i++) {
			this.channel.write(new BinaryWebSocketFrame(payload(1_000)));
		}
		this.channel.unsafe().outboundBuffer().addFlush();
		assertThat(this.channel.unsafe().outboundBuffer().size()).isOne();
		this.channel.finishAndReleaseAll();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 126, 4_096, 4_097, 200_000 })
	void nothingIsWrittenOfAPayloadThatHasBeenReleased(int size) {
		ByteBuf released = payload(size);
		released.release();
		this.channel.write(new TextWebSocketFrame("before"));
		ChannelFuture future = this.channel.write(new BinaryWebSocketFrame(released));
		this.channel.write(new TextWebSocketFrame("behind"));
		this.channel.flush();
		assertThat(future.cause()).isInstanceOf(IllegalReferenceCountException.class);
		List<ByteBuf> buffers = written(this.channel);
		assertThat(buffers.stream().mapToInt(ByteBuf::readableBytes).sum()).isEqualTo(2 * 8);
		buffers.forEach(ByteBuf::release);
		this.channel.finish();
	}

	@Test
	void promisesAreKeptWhenTheBytesHaveLeft() {
		ChannelFuture first = this.channel.write(new TextWebSocketFrame("a"));
		ChannelFuture second = this.channel.write(new TextWebSocketFrame("b"));
		assertThat(first.isDone()).isFalse();
		this.channel.flush();
		assertThat(first.isSuccess()).isTrue();
		assertThat(second.isSuccess()).isTrue();
		this.channel.finishAndReleaseAll();
	}

	@Test
	void whatIsNotFlushedFailsAtTheEnd() {
		ChannelFuture future = this.channel.write(new TextWebSocketFrame("a"));
		this.channel.pipeline().remove(FrameEncoder.class);
		assertThat(future.isDone()).isTrue();
		assertThat(future.isSuccess()).isFalse();
		this.channel.finish();
	}

	private static ByteBuf payload(int size) {
		byte[] bytes = new byte[size];
		for (int i = 0; i < size; i++) {
			bytes[i] = (byte) i;
		}
		return Unpooled.wrappedBuffer(bytes);
	}

	private static List<ByteBuf> written(EmbeddedChannel channel) {
		List<ByteBuf> buffers = new ArrayList<>();
		for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
			buffers.add(bytes);
		}
		return buffers;
	}

	@Test
	void sharedFrameGoesOnAsItIsWhereItIsCopiedAnyway() {
		this.copying = true;
		EmbeddedChannel channel = new EmbeddedChannel(new FrameEncoder(Role.SERVER, new Backlog()));
		channel.write(shared());
		channel.write(shared());
		channel.flush();
		assertThat(sizes(channel)).containsExactly(4, 4);
		channel.finish();
	}

	/**
	 * A buffer for each would be more than what is in it.
	 */
	@Test
	void smallSharedFramesAreCollectedWhileTheyWouldWait() {
		this.copying = true;
		this.holdingBack = true;
		EmbeddedChannel channel = new EmbeddedChannel(new FrameEncoder(Role.SERVER, new Backlog()));
		for (int i = 0; i < 3; i++) {
			channel.write(shared());
			channel.flush();
		}
		assertThat(sizes(channel)).isEmpty();
		this.holdingBack = false;
		channel.flush();
		assertThat(sizes(channel)).containsExactly(12);
		channel.finish();
	}

	@Test
	void smallSharedFramesShareABufferWhereTheyAreNotCopied() {
		EmbeddedChannel channel = new EmbeddedChannel(new FrameEncoder(Role.SERVER, new Backlog()));
		channel.write(shared());
		channel.write(shared());
		channel.flush();
		assertThat(sizes(channel)).containsExactly(8);
		channel.finish();
	}

	private static SharedMessage shared() {
		return new SharedMessage(true, Unpooled.wrappedBuffer(new byte[] { 'h', 'i' }));
	}

	private static List<Integer> sizes(EmbeddedChannel channel) {
		List<Integer> sizes = new ArrayList<>();
		for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
			sizes.add(bytes.readableBytes());
			bytes.release();
		}
		return sizes;
	}

	private final class Backlog implements ByteOutput {

		@Override
		public ByteBuf allocate(ByteBufAllocator allocator, int capacity) {
			return allocator.buffer(capacity);
		}

		@Override
		public boolean copies(int length) {
			return FrameEncoderTests.this.copying;
		}

		@Override
		public boolean isHoldingBack() {
			return FrameEncoderTests.this.holdingBack;
		}

		@Override
		public void flushWhenWritten() {
			// The test flushes
		}

	}

}
