package io.github.websockethttp2.stream;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;

import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.web.reactive.socket.WebSocketMessage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How many messages a session asks a handler's publisher for.
 */
class OutboundMessagesTests {

	private static final int ROOM = 64 * 1024;

	private static final NettyDataBufferFactory BUFFERS = new NettyDataBufferFactory(UnpooledByteBufAllocator.DEFAULT);

	private final Peer peer = new Peer();

	private final EmbeddedChannel channel = new EmbeddedChannel(this.peer, new FrameEncoder(() -> false),
			new ChannelOutboundHandlerAdapter());

	private final OutboundFrames outbound;

	private final Source source = new Source();

	private final Disposable sending;

	OutboundMessagesTests() {
		this.channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(ROOM / 2, ROOM));
		this.outbound = new OutboundFrames(this.channel, new Transport(), (error) -> {
		}, (thrown) -> {
		});
		this.outbound.begin(this.channel.pipeline().lastContext());
		this.sending = new OutboundMessages(this.outbound, this.source).subscribe();
	}

	@AfterEach
	void finish() {
		this.sending.dispose();
		this.channel.finishAndReleaseAll();
	}

	@Test
	void asksForFewMessagesWhileItDoesNotKnowHowBigTheyAre() {
		assertThat(this.source.demand).isEqualTo(4);
	}

	@Test
	void neverLetsThePublisherOfSmallMessagesRunDry() {
		for (int i = 0; i < 1_000; i++) {
			this.source.next(10);
			this.channel.runPendingTasks();
			assertThat(this.source.demand).isGreaterThanOrEqualTo(Math.min(16, 2 + i / 4));
		}
	}

	@Test
	void asksForNoMoreThanThereIsRoomForWhileNothingLeaves() {
		this.peer.reads = false;
		int sent = 0;
		for (; this.source.demand > 0 && sent < 1_000; sent++) {
			this.source.next(1_000);
		}
		assertThat(sent * 1_000).isBetween(ROOM / 2, 2 * ROOM);
		this.peer.reads = true;
		this.channel.flush();
		this.outbound.writabilityChanged();
		assertThat(this.source.demand).isPositive();
	}

	@Test
	void asksForOneBigMessageAtATime() {
		for (int i = 0; i < 4; i++) {
			this.source.next(ROOM / 2);
		}
		for (int i = 0; i < 10; i++) {
			this.channel.runPendingTasks();
			this.outbound.writabilityChanged();
			assertThat(this.source.demand).isLessThanOrEqualTo(2);
			this.source.next(ROOM / 2);
		}
	}

	private static final class Peer extends ChannelOutboundHandlerAdapter {

		private boolean reads = true;

		@Override
		public void flush(ChannelHandlerContext ctx) {
			if (this.reads) {
				ctx.flush();
			}
		}

	}

	private static final class Source implements Publisher<WebSocketMessage>, Subscription {

		private Subscriber<? super WebSocketMessage> subscriber;

		private long demand;

		@Override
		public void subscribe(Subscriber<? super WebSocketMessage> subscriber) {
			this.subscriber = subscriber;
			subscriber.onSubscribe(this);
		}

		void next(int size) {
			assertThat(this.demand).isPositive();
			this.demand--;
			this.subscriber.onNext(new WebSocketMessage(WebSocketMessage.Type.TEXT,
					BUFFERS.wrap("x".repeat(size).getBytes(StandardCharsets.US_ASCII))));
		}

		@Override
		public void request(long n) {
			this.demand += n;
		}

		@Override
		public void cancel() {
			this.demand = 0;
		}

	}

	/**
	 * The channel's own room.
	 */
	private final class Transport implements ByteTransport {

		@Override
		public void setReading(boolean reading) {
		}

		@Override
		public long bytesBeforeUnwritable() {
			return OutboundMessagesTests.this.channel.bytesBeforeUnwritable();
		}

		@Override
		public boolean isHoldingBack() {
			return false;
		}

		@Override
		public void end() {
		}

		@Override
		public void abort() {
		}

		@Override
		public boolean hasBeenHeard() {
			return true;
		}

	}

}
