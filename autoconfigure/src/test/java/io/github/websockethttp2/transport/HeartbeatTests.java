package io.github.websockethttp2.transport;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Heartbeat}, in virtual time.
 */
class HeartbeatTests {

	@Nested
	class Rhythm {

		private final EmbeddedChannel channel = new EmbeddedChannel();

		private final FakePeer peer = new FakePeer();

		@BeforeEach
		void stopTheClock() {
			this.channel.freezeTime();
		}

		@Test
		void pingsEveryInterval() {
			this.peer.answers = true;
			Heartbeat heartbeat = heartbeat(30, 10);
			heartbeat.start();
			assertPings(29, 0);
			assertPings(1, 1);
			assertPings(29, 1);
			assertPings(1, 2);
			assertPings(3000, 102);
			assertThat(this.peer.lost).isZero();
		}

		@Test
		void givesUpAPeerThatIsSilentAfterAPing() {
			heartbeat(30, 10).start();
			assertPings(39, 1);
			assertThat(this.peer.lost).isZero();
			assertPings(1, 1);
			assertThat(this.peer.lost).isOne();
			assertPings(1000, 1);
			assertThat(this.peer.lost).isOne();
		}

		@Test
		void doesNotCountWhatWasHeardBeforeThePing() {
			heartbeat(30, 10).start();
			assertPings(29, 0);
			this.peer.heard = true;
			assertPings(11, 1);
			assertThat(this.peer.lost).isOne();
		}

		@Test
		void countsWhateverIsHeardAfterThePing() {
			heartbeat(30, 10).start();
			assertPings(31, 1);
			this.peer.heard = true;
			assertPings(29, 2);
			assertThat(this.peer.lost).isZero();
			assertPings(10, 2);
			assertThat(this.peer.lost).isOne();
		}

		@Test
		void aTimeoutLongerThanTheIntervalEndsWithIt() {
			heartbeat(10, 25).start();
			assertPings(10, 1);
			this.peer.heard = true;
			assertPings(10, 2);
			assertThat(this.peer.lost).isZero();
			this.peer.heard = false;
			assertPings(9, 2);
			assertThat(this.peer.lost).isZero();
			assertPings(1, 2);
			assertThat(this.peer.lost).isOne();
		}

		@Test
		void stopsAndStartsAgain() {
			Heartbeat heartbeat = heartbeat(30, 10);
			heartbeat.start();
			assertPings(35, 1);
			heartbeat.stop();
			heartbeat.stop();
			assertPings(1000, 1);
			assertThat(this.peer.lost).isZero();
			heartbeat.start();
			heartbeat.start();
			assertPings(29, 1);
			assertPings(1, 2);
			assertPings(10, 2);
			assertThat(this.peer.lost).isOne();
			heartbeat.start();
			assertPings(30, 3);
		}

		@Test
		void doesNothingWithoutAnInterval() {
			heartbeat(0, 10).start();
			assertPings(1000, 0);
			assertThat(this.peer.lost).isZero();
		}

		private Heartbeat heartbeat(int interval, int timeout) {
			return new Heartbeat(this.channel.eventLoop(),
					new HeartbeatSettings(Duration.ofSeconds(interval), Duration.ofSeconds(timeout), false), this.peer);
		}

		private void assertPings(int seconds, int pings) {
			for (int i = 0; i < seconds; i++) {
				this.channel.advanceTimeBy(1, TimeUnit.SECONDS);
				this.channel.runScheduledPendingTasks();
			}
			assertThat(this.peer.pings).isEqualTo(pings);
		}

	}

	/**
	 * Virtual time that passes while nothing runs, as in a long garbage collection.
	 */
	@Nested
	class AfterAPause {

		private final MockTicker ticker = Ticker.newMockTicker();

		private final EmbeddedChannel channel = EmbeddedChannel.builder().ticker(this.ticker).build();

		private final FakePeer peer = new FakePeer();

		@BeforeEach
		void start() {
			new Heartbeat(this.channel.eventLoop(),
					new HeartbeatSettings(Duration.ofSeconds(30), Duration.ofSeconds(10), false), this.peer,
					this.ticker::nanoTime)
				.start();
			pass(30_000);
			assertThat(this.peer.pings).isOne();
		}

		@Test
		void givesThePeerAnotherTimeout() {
			pass(15_000);
			assertThat(this.peer.lost).isZero();
			this.peer.heard = true;
			pass(10_000);
			assertThat(this.peer.lost).isZero();
		}

		@Test
		void givesUpAPeerThatIsSilentInTheOtherTimeout() {
			pass(15_000);
			pass(9_999);
			assertThat(this.peer.lost).isZero();
			pass(1);
			assertThat(this.peer.lost).isOne();
		}

		@Test
		void toleratesAnEventLoopThatIsBusy() {
			pass(10_050);
			assertThat(this.peer.lost).isOne();
		}

		private void pass(long millis) {
			this.ticker.advanceMillis(millis);
			this.channel.runScheduledPendingTasks();
		}

	}

	private static final class FakePeer implements Heartbeat.Peer {

		private boolean answers;

		private boolean heard;

		private int pings;

		private int lost;

		@Override
		public void ping() {
			this.pings++;
			this.heard |= this.answers;
		}

		@Override
		public void listen() {
			this.heard = false;
		}

		@Override
		public boolean hasBeenHeard() {
			return this.heard;
		}

		@Override
		public void abort() {
			this.lost++;
		}

	}

}
