package io.github.websockethttp2.topics.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import org.awaitility.Awaitility;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Numbers that one instance sends to a topic, about one each millisecond, and what
 * another instance sees of them.
 */
final class Flood implements AutoCloseable {

	private final Instance sender;

	private final Instance receiver;

	private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

	private final AtomicBoolean end = new AtomicBoolean();

	private final Disposable subscription;

	private final Disposable sending;

	private Flood(Instance sender, Instance receiver, String topic) {
		this.sender = sender;
		this.receiver = receiver;
		this.subscription = receiver.all(topic).subscribe(this.seen::add);
		await("<UP>");
		this.sending = Flux.interval(Duration.ofMillis(1))
			.onBackpressureDrop()
			.takeUntil((number) -> this.end.get())
			.concatMap((number) -> sender.topic(topic).send(String.valueOf(number)))
			.subscribe();
		awaitMessages();
	}

	/**
	 * Starts one, and waits until messages come.
	 */
	static Flood start(Instance sender, Instance receiver, String topic) {
		return new Flood(sender, receiver, topic);
	}

	void await(String event) {
		Awaitility.await().until(() -> this.seen.contains(event));
	}

	/**
	 * Waits until a hundred more have come.
	 */
	void awaitMessages() {
		long before = this.receiver.counts().received();
		Awaitility.await().until(() -> this.receiver.counts().received() > before + 100);
	}

	/**
	 * Ends it, and checks that each message has been seen, or its loss.
	 * @return what has been seen
	 */
	List<String> end() {
		this.end.set(true);
		Awaitility.await().until(this.sending::isDisposed);
		Awaitility.await().until(() -> this.sender.counts().inFlight() == 0);
		this.subscription.dispose();
		List<String> seen = List.copyOf(this.seen);
		assertEachLossIsTold(seen);
		return seen;
	}

	private static void assertEachLossIsTold(List<String> seen) {
		long last = -1;
		boolean gap = false;
		for (String signal : seen) {
			if (signal.startsWith("<")) {
				gap |= signal.equals("<GAP>");
				continue;
			}
			long number = Long.parseLong(signal);
			assertThat(number).isGreaterThan(last);
			// What was sent before the subscription is nobody's loss
			assertThat(last < 0 || number == last + 1 || gap).as("%s after %s", number, last).isTrue();
			last = number;
			gap = false;
		}
	}

	@Override
	public void close() {
		this.sending.dispose();
		this.subscription.dispose();
	}

}
