package io.github.websockethttp2.transport;

import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.IllegalReferenceCountException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the sessions of a connection send in one turn leaves as few buffers.
 */
class DataBatchTests {

	private static final int HEAD = 9;

	private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());

	private final ChannelHandlerContext ctx = this.channel.pipeline().firstContext();

	private final DataBatch batch = new DataBatch();

	private final RecordedOutput output = new RecordedOutput();

	@AfterEach
	void finish() {
		this.channel.finishAndReleaseAll();
	}

	@Test
	void smallPayloadsLeaveInOneBuffer() {
		this.batch.begin();
		write(1, 10);
		write(3, 20);
		assertThat((Object) written()).isNull();
		this.batch.end(this.ctx);
		ByteBuf buffer = written();
		assertThat(buffer.readableBytes()).isEqualTo(2 * HEAD + 30);
		assertFrame(buffer, 1, 10);
		assertFrame(buffer, 3, 20);
		buffer.release();
		assertThat((Object) written()).isNull();
		assertThat(this.output.done).containsExactly(10, 20);
	}

	@Test
	void bigPayloadFollowsItsHeadUncopied() {
		this.batch.begin();
		ByteBuf payload = Unpooled.directBuffer(15_000).writeZero(15_000);
		data(1, payload).write(this.ctx, 15_000);
		this.batch.end(this.ctx);
		ByteBuf head = written();
		assertThat(head.readableBytes()).isEqualTo(HEAD);
		head.release();
		ByteBuf written = written();
		assertThat(written).isSameAs(payload);
		written.release();
		assertThat(this.output.done).containsExactly(15_000);
	}

	@Test
	void payloadOnTheHeapIsCopiedHoweverBigItIs() {
		this.batch.begin();
		data(1, payload(15_000)).write(this.ctx, 15_000);
		this.batch.end(this.ctx);
		ByteBuf buffer = written();
		assertThat(buffer.isDirect()).isTrue();
		assertFrame(buffer, 1, 15_000);
		buffer.release();
	}

	@Test
	void whatTheWindowLetsThroughIsCutIntoFrames() {
		this.batch.begin();
		StreamData data = data(1, payload(40_000));
		data.write(this.ctx, 20_000);
		assertThat(data.size()).isEqualTo(20_000);
		data.write(this.ctx, 20_000);
		this.batch.end(this.ctx);
		assertThat(lengths()).containsExactly(16_384, 3_616, 16_384, 3_616);
		assertThat(this.output.done.stream().mapToInt(Integer::intValue).sum()).isEqualTo(40_000);
	}

	/**
	 * As after a cleartext upgrade, where the flow controller is Netty's.
	 */
	@Test
	void everythingIsWrittenAtOnceOutsideOfADistribution() {
		write(1, 10);
		ByteBuf buffer = written();
		assertFrame(buffer, 1, 10);
		buffer.release();
	}

	/**
	 * The channel is told of the bytes soon enough to stop the distribution.
	 */
	@Test
	void fullBufferIsWrittenDuringTheDistribution() {
		this.batch.begin();
		for (int i = 0; i < 20; i++) {
			write(1, 1_000);
		}
		ByteBuf buffer = written();
		assertThat(buffer.readableBytes()).isBetween(15 * 1024, 17 * 1024);
		buffer.release();
		this.batch.end(this.ctx);
	}

	@Test
	void bufferDoesNotGrowPastItsSizeForOneMore() {
		this.batch.begin();
		write(1, 7_000);
		write(3, 11_000);
		this.batch.end(this.ctx);
		ByteBuf first = written();
		assertFrame(first, 1, 7_000);
		first.release();
		ByteBuf second = written();
		assertFrame(second, 3, 11_000);
		second.release();
		assertThat(this.output.done).containsExactly(7_000, 11_000);
	}

	@Test
	void endOfAStreamStaysBehindItsData() {
		this.batch.begin();
		write(1, 10);
		new BatchEnd(this.batch).write(this.ctx, 0);
		ByteBuf buffer = written();
		assertFrame(buffer, 1, 10);
		buffer.release();
		this.batch.end(this.ctx);
		assertThat((Object) written()).isNull();
	}

	/**
	 * Who hears of it may write something new, which the flow controller does not expect.
	 */
	@Test
	void failureIsToldWhenTheWindowsHaveBeenDistributed() {
		this.channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {

			@Override
			public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
				((ByteBuf) message).release();
				promise.setFailure(new ClosedChannelException());
			}

		});
		this.channel.eventLoop().execute(() -> {
			this.batch.begin();
			data(1, Unpooled.directBuffer(15_000).writeZero(15_000)).write(this.ctx, 15_000);
			assertThat(this.output.done).isEmpty();
			this.batch.end(this.ctx);
		});
		this.channel.runPendingTasks();
		assertThat(this.output.done).containsExactly(15_000);
		assertThat(this.output.cause).isInstanceOf(ClosedChannelException.class);
	}

	@Test
	void streamThatIsResetReleasesWhatWaits() {
		ByteBuf payload = payload(100);
		data(1, payload).error(this.ctx, new Http2Exception(Http2Error.STREAM_CLOSED));
		assertThat(payload.refCnt()).isZero();
		assertThat(this.output.done).containsExactly(100);
		assertThat(this.output.cause).isInstanceOf(ClosedChannelException.class);
	}

	/**
	 * A head alone would take the frames of others for its payload.
	 */
	@Test
	void payloadThatHasBeenReleasedLeavesNoHead() {
		this.batch.begin();
		write(1, 10);
		for (int length : new int[] { 20, 10_000 }) {
			ByteBuf payload = payload(length);
			payload.release();
			assertThatExceptionOfType(IllegalReferenceCountException.class)
				.isThrownBy(() -> this.batch.add(this.ctx, 3, payload, this.output));
		}
		write(5, 30);
		this.batch.end(this.ctx);
		ByteBuf buffer = written();
		assertFrame(buffer, 1, 10);
		assertFrame(buffer, 5, 30);
		assertThat(buffer.isReadable()).isFalse();
		buffer.release();
	}

	@Test
	void payloadThatCannotBeWrittenBehindItsHeadIsTheEndOfTheConnection() {
		this.channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {

			@Override
			public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
				ByteBuf bytes = (ByteBuf) message;
				if (bytes.readableBytes() > HEAD) {
					bytes.release();
					promise.setFailure(new IllegalStateException("No memory"));
				}
				else {
					ctx.write(message, promise);
				}
			}

		});
		this.batch.begin();
		data(1, Unpooled.directBuffer(10_000).writeZero(10_000)).write(this.ctx, 10_000);
		this.batch.end(this.ctx);
		assertThat(this.channel.isOpen()).isFalse();
	}

	@Test
	void failureOfAStreamIsToldWhenTheWindowsHaveBeenDistributed() {
		StreamData data = data(1, payload(100));
		this.batch.begin();
		data.error(this.ctx, new IllegalStateException("No memory"));
		assertThat(this.output.done).isEmpty();
		this.batch.end(this.ctx);
		this.channel.runPendingTasks();
		assertThat(this.output.done).containsExactly(100);
		assertThat(this.output.cause).hasMessage("No memory");
	}

	private void write(int streamId, int length) {
		data(streamId, payload(length)).write(this.ctx, length);
	}

	private StreamData data(int streamId, ByteBuf payload) {
		return new StreamData(this.output, this.batch, streamId, payload);
	}

	private static ByteBuf payload(int length) {
		return Unpooled.buffer(length).writeZero(length);
	}

	private ByteBuf written() {
		this.channel.flushOutbound();
		return this.channel.readOutbound();
	}

	private static void assertFrame(ByteBuf buffer, int streamId, int length) {
		assertThat(buffer.readMedium()).isEqualTo(length);
		assertThat(buffer.readByte()).as("DATA").isZero();
		assertThat(buffer.readByte()).as("no flags").isZero();
		assertThat(buffer.readInt()).isEqualTo(streamId);
		buffer.skipBytes(length);
	}

	private List<Integer> lengths() {
		ByteBuf all = Unpooled.buffer();
		for (ByteBuf buffer = written(); buffer != null; buffer = written()) {
			all.writeBytes(buffer);
			buffer.release();
		}
		List<Integer> lengths = new ArrayList<>();
		while (all.isReadable()) {
			int length = all.getMedium(all.readerIndex());
			lengths.add(length);
			assertFrame(all, 1, length);
		}
		return lengths;
	}

}
