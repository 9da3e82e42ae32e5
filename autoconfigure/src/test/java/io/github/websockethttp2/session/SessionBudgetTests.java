package io.github.websockethttp2.session;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SessionBudget} and {@link SessionPermit}.
 */
class SessionBudgetTests {

	private final SessionBudget server = new SessionBudget(3);

	private final SessionBudget connection = new SessionBudget(2);

	@Test
	void claimedPermitIsNotReleasedAsUnclaimed() {
		SessionPermit permit = SessionPermit.tryAcquire(this.server, this.connection);
		assertThat(permit.claim()).isTrue();
		assertThat(permit.claim()).isFalse();
		permit.releaseUnclaimed();
		assertThat(this.server.getUsed()).isOne();
		permit.release();
		permit.release();
		assertThat(this.server.getUsed()).isZero();
		assertThat(this.connection.getUsed()).isZero();
	}

	@Test
	void releasedPermitIsNotClaimed() {
		SessionPermit permit = SessionPermit.tryAcquire(this.server, this.connection);
		permit.releaseUnclaimed();
		assertThat(this.server.getUsed()).isZero();
		assertThat(permit.claim()).isFalse();
		permit.release();
		assertThat(this.server.getUsed()).isZero();
		assertThat(this.connection.getUsed()).isZero();
	}

	@Test
	void givesAsManyPermitsAsThereArePlaces() {
		assertThat(SessionPermit.tryAcquire(this.connection, null)).isNotNull();
		assertThat(SessionPermit.tryAcquire(this.connection, null)).isNotNull();
		assertThat(SessionPermit.tryAcquire(this.connection, null)).isNull();
		assertThat(this.connection.getUsed()).isEqualTo(2);
	}

	@Test
	void takesAPlaceInAllBudgetsOrInNone() {
		SessionPermit.tryAcquire(this.server, this.connection);
		SessionPermit.tryAcquire(this.server, this.connection);
		assertThat(SessionPermit.tryAcquire(this.server, this.connection)).isNull();
		assertThat(this.server.getUsed()).isEqualTo(2);
		assertThat(SessionPermit.tryAcquire(this.server, null)).isNotNull();
		assertThat(SessionPermit.tryAcquire(this.server, null)).isNull();
		assertThat(this.server.getUsed()).isEqualTo(3);
		assertThat(this.connection.getUsed()).isEqualTo(2);
	}

	@Test
	void givesPlacesBackOnce() {
		SessionPermit first = SessionPermit.tryAcquire(this.server, this.connection);
		SessionPermit.tryAcquire(this.server, this.connection);
		first.release();
		first.release();
		assertThat(this.server.getUsed()).isOne();
		assertThat(this.connection.getUsed()).isOne();
	}

	@Test
	void hasNoPlaceWhenTheLimitIsZero() {
		SessionBudget none = new SessionBudget(0);
		assertThat(SessionPermit.tryAcquire(none, null)).isNull();
		assertThat(none.getUsed()).isZero();
	}

	@Test
	void holdsTheLimitFromManyThreads() throws Exception {
		int threads = 8;
		int limit = 5;
		SessionBudget budget = new SessionBudget(limit);
		SessionBudget wide = new SessionBudget(Integer.MAX_VALUE);
		AtomicInteger held = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		CyclicBarrier barrier = new CyclicBarrier(threads);
		Callable<Integer> work = () -> {
			barrier.await();
			int acquired = 0;
			for (int i = 0; i < 20_000; i++) {
				SessionPermit permit = SessionPermit.tryAcquire(wide, budget);
				if (permit != null) {
					acquired++;
					most.accumulateAndGet(held.incrementAndGet(), Math::max);
					held.decrementAndGet();
					permit.release();
				}
			}
			return acquired;
		};
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Future<Integer>> results = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				results.add(executor.submit(work));
			}
			int acquired = 0;
			for (Future<Integer> result : results) {
				acquired += result.get();
			}
			assertThat(acquired).isPositive();
			assertThat(most.get()).isBetween(1, limit);
			assertThat(budget.getUsed()).isZero();
			assertThat(wide.getUsed()).isZero();
		}
		finally {
			executor.shutdownNow();
		}
	}

}
