package io.github.websockethttp2.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which connection a socket gets, without a network.
 */
class ConnectionPoolTests {

	private int connects;

	private long now;

	private final List<String> log = new ArrayList<>();

	private final ConnectionPool<String, Socket> pool = new ConnectionPool<>(() -> this.connects++, 1, learned());

	@Test
	void burstWaitsForOneConnection() {
		acquire(100);
		assertThat(this.connects).isOne();
		assertThat(this.log).isEmpty();
		this.pool.opened("a", 100);
		assertThat(this.connects).isOne();
		assertThat(this.log).hasSize(100).containsOnly("a");
	}

	@Test
	void burstMakesAsManyConnectionsAsItFills() {
		acquire(250);
		for (String connection : List.of("a", "b", "c")) {
			this.pool.opened(connection, 100);
		}
		assertThat(this.connects).isEqualTo(3);
		assertThat(this.log).hasSize(250);
		assertThat(this.log.stream().filter("c"::equals)).hasSize(50);
	}

	@Test
	void fullestConnectionWithRoomIsTakenFirst() {
		acquire(3);
		this.pool.opened("a", 2);
		this.pool.opened("b", 2);
		assertThat(this.log).containsExactly("a", "a", "b");
		this.pool.released("a");
		this.pool.released("a");
		acquire(1);
		assertThat(this.log).endsWith("b");
		acquire(1);
		assertThat(this.log).endsWith("a");
		assertThat(this.connects).isEqualTo(2);
	}

	@Test
	void limitMayChange() {
		acquire(2);
		this.pool.opened("a", 1);
		assertThat(this.log).containsExactly("a");
		assertThat(this.connects).isEqualTo(2);
		this.pool.limit("a", 2);
		assertThat(this.log).containsExactly("a", "a");
		this.pool.limit("a", 0);
		this.pool.released("a");
		acquire(1);
		assertThat(this.log).hasSize(2);
	}

	@Test
	void fullConnectionTeachesItsLimit() {
		acquire(10);
		this.pool.opened("a", 10);
		for (int refused = 0; refused < 3; refused++) {
			this.pool.full("a");
			this.pool.released("a");
		}
		acquire(3);
		assertThat(this.connects).isEqualTo(2);
		this.pool.triedElsewhere(true);
		this.pool.opened("b", 10);
		assertThat(this.log).hasSize(13).endsWith("b", "b", "b");
		acquire(10);
		assertThat(this.log.stream().filter("b"::equals)).hasSize(7);
		assertThat(this.connects).isEqualTo(3);
	}

	@Test
	void whatWasLearnedIsForgottenAfterAWhile() {
		acquire(2);
		this.pool.opened("a", 10);
		this.pool.full("a");
		this.pool.released("a");
		acquire(1);
		this.pool.triedElsewhere(true);
		this.pool.opened("b", 10);
		acquire(1);
		assertThat(this.log).containsExactly("a", "a", "b");
		this.now += Duration.ofMinutes(10).toNanos() - 1;
		acquire(1);
		assertThat(this.log).hasSize(3);
		this.now++;
		acquire(1);
		assertThat(this.log).hasSize(6);
	}

	@Test
	void oneConnectionThatAllowsNoneDoesNotStopOthers() {
		acquire(2);
		this.pool.opened("a", 1);
		this.pool.opened("b", 1);
		this.pool.limit("a", 0);
		acquire(1);
		assertThat(this.connects).isEqualTo(3);
	}

	@Test
	void whatWasLearnedIsForgottenWithTheLastConnection() {
		acquire(2);
		this.pool.opened("a", 10);
		this.pool.full("a");
		this.pool.triedElsewhere(true);
		this.pool.closed("a");
		acquire(10);
		this.pool.opened("b", 10);
		assertThat(this.log.stream().filter("b"::equals)).hasSize(10);
	}

	@Test
	void serverThatAllowsNoneAtTheMomentIsNotAskedAgain() {
		acquire(1);
		this.pool.opened("a", 0);
		assertThat(this.connects).isOne();
		this.pool.limit("a", 1);
		assertThat(this.log).containsExactly("a");
	}

	@Test
	void drainingConnectionGetsNoMore() {
		acquire(1);
		this.pool.opened("a", 10);
		this.pool.drain("a");
		acquire(1);
		assertThat(this.connects).isEqualTo(2);
		this.pool.opened("b", 10);
		assertThat(this.log).containsExactly("a", "b");
	}

	@Test
	void connectionWithoutSocketsRetires() {
		acquire(1);
		this.pool.opened("a", 10);
		assertThat(this.pool.retire("a")).isFalse();
		assertThat(this.pool.released("a")).isTrue();
		assertThat(this.pool.retire("a")).isTrue();
		acquire(1);
		assertThat(this.connects).isEqualTo(2);
		this.pool.closed("a");
		assertThat(this.pool.retire("a")).isFalse();
	}

	@Test
	void failureReachesEverybodyAndIsNotRemembered() {
		acquire(3);
		this.pool.failed((socket) -> this.log.add("failed"));
		assertThat(this.log).containsExactly("failed", "failed", "failed");
		acquire(1);
		assertThat(this.connects).isEqualTo(2);
	}

	@Test
	void whoHasCancelledGetsNothing() {
		Socket socket = new Socket(this.log);
		this.pool.acquire(socket, false);
		this.pool.cancel(socket);
		this.pool.opened("a", 1);
		assertThat(this.log).isEmpty();
		assertThat(this.pool.retire("a")).isTrue();
	}

	@Test
	void socketsAreSpreadOverAsManyConnectionsAsThereShallBe() {
		ConnectionPool<String, Socket> spread = new ConnectionPool<>(() -> this.connects++, 3, learned());
		acquire(spread, 9);
		for (String connection : List.of("a", "b", "c")) {
			spread.opened(connection, 3);
		}
		assertThat(this.connects).isEqualTo(3);
		assertThat(this.log).containsExactlyInAnyOrder("a", "a", "a", "b", "b", "b", "c", "c", "c");
		acquire(spread, 2);
		spread.opened("d", 3);
		assertThat(this.log).endsWith("d", "d");
		spread.released("a");
		spread.released("a");
		spread.released("b");
		// The fullest again, as there are enough
		acquire(spread, 1);
		assertThat(this.log).endsWith("b");
		assertThat(this.connects).isEqualTo(4);
	}

	@Test
	void socketsShareWhatThereIsIfThePeerTakesNoMoreConnections() {
		ConnectionPool<String, Socket> spread = new ConnectionPool<>(() -> this.connects++, 3, learned());
		acquire(spread, 4);
		spread.opened("a", 10);
		spread.failed((socket) -> this.log.add("failed"));
		assertThat(this.log).containsExactly("a", "a", "a", "a");
		acquire(spread, 1);
		assertThat(this.log).hasSize(5).containsOnly("a");
		assertThat(this.connects).isEqualTo(2);
		// There is a reason to try again
		spread.closed("a");
		acquire(spread, 2);
		spread.opened("b", 10);
		assertThat(this.connects).isEqualTo(4);
	}

	@Test
	void suspicionHoldsForAllConnectionsUntilItIsRefuted() {
		acquire(10);
		this.pool.opened("a", 10);
		this.pool.full("a");
		this.pool.released("a");
		acquire(20);
		this.pool.opened("b", 20);
		assertThat(this.log.stream().filter("b"::equals)).hasSize(9);
		this.pool.triedElsewhere(false);
		assertThat(this.log.stream().filter("b"::equals)).hasSize(20);
	}

	@Test
	void whoIsTriedAgainGoesFirst() {
		acquire(5);
		List<String> again = new ArrayList<>();
		this.pool.acquire(new Socket(again), true);
		this.pool.opened("a", 1);
		assertThat(again).containsExactly("a");
	}

	@Test
	void oldConnectionMayBeClosedWhenItIsEmpty() {
		acquire(1);
		this.pool.opened("a", 10);
		assertThat(this.pool.drain("a")).isFalse();
		assertThat(this.pool.isDraining("a")).isTrue();
		assertThat(this.pool.released("a")).isTrue();
		assertThat(this.pool.drain("a")).isTrue();
		assertThat(this.pool.closed("a")).isTrue();
		assertThat(this.pool.closed("a")).isFalse();
	}

	@Test
	void poolIsForgottenOnlyWhenNobodyNeedsIt() {
		Socket socket = new Socket(this.log);
		this.pool.acquire(socket, false);
		assertThat(this.pool.forget()).isFalse();
		this.pool.cancel(socket);
		// It is connecting
		assertThat(this.pool.forget()).isFalse();
		this.pool.opened("a", 1);
		assertThat(this.pool.forget()).isFalse();
		assertThat(this.pool.acquire(socket, false)).isTrue();
		this.pool.closed("a");
		assertThat(this.pool.forget()).isTrue();
		assertThat(this.pool.acquire(socket, false)).isFalse();
		assertThat(this.connects).isOne();
	}

	private LearnedLimit learned() {
		return new LearnedLimit(Duration.ofMinutes(10), () -> this.now);
	}

	private void acquire(int sockets) {
		acquire(this.pool, sockets);
	}

	private void acquire(ConnectionPool<String, Socket> pool, int sockets) {
		for (int i = 0; i < sockets; i++) {
			pool.acquire(new Socket(this.log), false);
		}
	}

	private record Socket(List<String> log) implements ConnectionWaiter<String> {

		@Override
		public void assigned(String connection) {
			this.log.add(connection);
		}

		// Each is another
		@Override
		public boolean equals(Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return System.identityHashCode(this);
		}

	}

}
