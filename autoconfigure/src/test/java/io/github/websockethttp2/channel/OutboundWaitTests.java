package io.github.websockethttp2.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.websockethttp2.session.Bottleneck;
import io.github.websockethttp2.session.SessionTraffic;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long bytes wait for a peer, in virtual time.
 */
class OutboundWaitTests {

	private final EmbeddedChannel channel = new EmbeddedChannel(new Socket());

	private final List<Boolean> slow = new ArrayList<>();

	private final List<ChannelPromise> unsent = new ArrayList<>();

	private long now = 1_000_000;

	private @Nullable RecordedTraffic traffic;

	private WaitingSessions sessions = sessions(Duration.ofSeconds(10));

	private OutboundWait wait = new OutboundWait(this.channel, new Transport(), new Listener(), this.sessions,
			this.channel.newSucceededFuture());

	@BeforeEach
	void stopTheClock() {
		this.channel.freezeTime();
	}

	@AfterEach
	void finish() {
		this.channel.finishAndReleaseAll();
	}

	@Test
	void becomesSlowOnceBytesHaveWaitedAndRecoversWhenTheyAreSent() {
		ChannelPromise first = begin();
		pass(9);
		assertThat(this.slow).isEmpty();
		assertThat(age()).isEqualTo(9);
		pass(1);
		assertThat(this.slow).containsExactly(true);
		pass(20);
		assertThat(this.slow).containsExactly(true);
		assertThat(age()).isEqualTo(30);
		send(first);
		assertThat(age()).isZero();
		pass(1);
		assertThat(this.slow).containsExactly(true, false);
	}

	@Test
	void peerThatTakesEverythingInTimeIsNotSlow() {
		ChannelPromise before = begin();
		for (int i = 0; i < 10; i++) {
			pass(8);
			ChannelPromise next = write();
			send(before);
			pass(1);
			assertThat(age()).isZero();
			before = next;
		}
		assertThat(this.slow).isEmpty();
	}

	@Test
	void peerThatTakesSomethingNowAndThenStaysSlow() {
		ChannelPromise first = begin();
		pass(12);
		assertThat(this.slow).containsExactly(true);
		ChannelPromise second = write();
		send(first);
		pass(12);
		ChannelPromise third = write();
		send(second);
		pass(1);
		assertThat(this.slow).containsExactly(true);
		send(third);
		write();
		pass(1);
		assertThat(this.slow).as("it took what there was within a second").containsExactly(true, false);
	}

	@Test
	void noTimeAtAllIsSlowIfItIsZero() {
		this.sessions = sessions(Duration.ZERO);
		ChannelPromise first = begin();
		pass(100_000);
		assertThat(age()).isEqualTo(100_000);
		send(first);
		pass(1);
		assertThat(this.slow).isEmpty();
	}

	@Test
	void shortTimesAreLookedAtMoreOften() {
		this.sessions = sessions(Duration.ofMillis(200));
		begin();
		passMillis(199);
		assertThat(this.slow).isEmpty();
		passMillis(50);
		assertThat(this.slow).containsExactly(true);
	}

	@Test
	void noTimerRunsWhileNothingWaits() {
		assertThat(hasTimer()).isFalse();
		ChannelPromise first = begin();
		assertThat(hasTimer()).isTrue();
		send(first);
		pass(1);
		assertThat(hasTimer()).isFalse();
		begin();
		assertThat(hasTimer()).isTrue();
	}

	@Test
	void thousandsOfSessionsLetOthersHaveTheirTurn() {
		int[] looks = new int[1];
		for (int i = 0; i < 3_500; i++) {
			this.sessions.add(() -> ++looks[0] % 2 == 0);
		}
		this.now += TimeUnit.SECONDS.toNanos(1);
		this.channel.advanceTimeBy(1, TimeUnit.SECONDS);
		this.channel.runScheduledPendingTasks();
		assertThat(looks[0]).isEqualTo(1_000);
		this.channel.eventLoop().execute(() -> assertThat(looks[0]).isEqualTo(2_000));
		this.channel.runPendingTasks();
		assertThat(looks[0]).isEqualTo(3_500);
		assertThat(this.sessions.round()).isEqualTo(1);
		pass(1);
		assertThat(looks[0]).isEqualTo(3_500 + 1_750);
		assertThat(this.sessions.round()).isEqualTo(2);
	}

	@Test
	void countsWhatWaitsAndHowLong() {
		this.traffic = new RecordedTraffic();
		ChannelPromise first = begin();
		long bytes = new QuietTransport(this.channel).bufferedAmount();
		assertThat(bytes).isGreaterThanOrEqualTo(1_000);
		pass(3);
		assertThat(this.traffic.waiting).isEqualTo(bytes);
		assertThat(this.traffic.waitedSeconds).isEqualTo(3);
		pass(10);
		assertThat(this.traffic.slow).isEqualTo(1);
		send(first);
		pass(1);
		assertThat(this.traffic.waiting).isZero();
		assertThat(this.traffic.waitedSeconds).isEqualTo(13);
		assertThat(this.traffic.slow).isZero();
	}

	private boolean hasTimer() {
		return this.channel.runScheduledPendingTasks() != -1;
	}

	private WaitingSessions sessions(Duration slowAfter) {
		return new WaitingSessions(this.channel.eventLoop(), slowAfter, () -> this.now);
	}

	private ChannelPromise begin() {
		ChannelPromise first = write();
		this.wait = new OutboundWait(this.channel, new Transport(), new Listener(), this.sessions, first);
		this.sessions.add(this.wait::look);
		return first;
	}

	private ChannelPromise write() {
		this.channel.writeAndFlush(Unpooled.buffer(1_000).writeZero(1_000));
		return this.unsent.get(this.unsent.size() - 1);
	}

	private void send(ChannelPromise promise) {
		this.unsent.remove(promise);
		promise.setSuccess();
	}

	private long age() {
		return TimeUnit.NANOSECONDS.toSeconds(this.wait.nanos());
	}

	private void pass(int seconds) {
		for (int i = 0; i < Math.min(seconds, 1_000); i++) {
			passMillis(1_000);
		}
		this.now += TimeUnit.SECONDS.toNanos(Math.max(0, seconds - 1_000));
	}

	private void passMillis(int millis) {
		this.now += TimeUnit.MILLISECONDS.toNanos(millis);
		this.channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
		this.channel.runScheduledPendingTasks();
		this.channel.runPendingTasks();
	}

	/**
	 * Takes no bytes.
	 */
	private final class Socket extends ChannelOutboundHandlerAdapter {

		@Override
		public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
			OutboundWaitTests.this.unsent.add(ctx.newPromise());
			ctx.write(message, promise);
		}

		@Override
		public void flush(ChannelHandlerContext ctx) {
		}

	}

	private final class Listener extends UnwatchedOutbound {

		@Override
		public @Nullable SessionTraffic traffic() {
			return OutboundWaitTests.this.traffic;
		}

		@Override
		public void slow(boolean slow) {
			OutboundWaitTests.this.slow.add(slow);
		}

	}

	private final class Transport extends QuietTransport {

		Transport() {
			super(OutboundWaitTests.this.channel);
		}

		@Override
		public @Nullable ChannelFuture unsent() {
			List<ChannelPromise> unsent = OutboundWaitTests.this.unsent;
			return (!unsent.isEmpty()) ? unsent.get(unsent.size() - 1) : null;
		}

	}

	private static final class RecordedTraffic implements SessionTraffic {

		private long waiting;

		private long waitedSeconds;

		private int slow;

		@Override
		public void received(int bytes) {
		}

		@Override
		public void sent(int bytes) {
		}

		@Override
		public void pingDropped() {
		}

		@Override
		public void heartbeatLost() {
		}

		@Override
		public void waiting(long before, long now, int round) {
			this.waiting += now - before;
		}

		@Override
		public void waited(Bottleneck bottleneck, long nanos) {
			assertThat(bottleneck).isEqualTo(Bottleneck.SOCKET);
			this.waitedSeconds += TimeUnit.NANOSECONDS.toSeconds(nanos);
		}

		@Override
		public void slow(boolean slow) {
			this.slow += (slow) ? 1 : -1;
		}

	}

}
