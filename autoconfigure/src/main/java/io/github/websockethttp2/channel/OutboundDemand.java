package io.github.websockethttp2.channel;

import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Exceptions;
import reactor.core.Scannable;

/**
 * Decides how many messages a sender requests from its publisher. A publisher that cannot
 * wait, such as a sink or an interval, loses what it is not asked for. It is therefore
 * asked for as many messages as Reactor Netty requests, so that an application loses
 * nothing that it did not lose before. Publishers that can wait hold few bytes while the
 * peer does not read.
 * <ul>
 * <li>A publisher that emits within {@code request} shows that it does. It is asked for
 * one message at a time, and gets all its demand as soon as it once emits nothing: unless
 * it is a list or the like, there may be a publisher behind it that cannot wait. What it
 * has emitted is flushed now and then, and others get their turn.</li>
 * <li>On a thread other than the event loop, a publisher is not asked like this: it may
 * block there, which the event loop must not. It gets its first demand on that thread at
 * once, and goes on there as long as it is not faster than the messages leave.</li>
 * <li>The messages that a session receives can wait until they are read.</li>
 * </ul>
 * Whether demand reaches such a publisher unchanged is decided by the class names of the
 * operators in between. They are not part of Reactor's API; {@code OutboundMessagesTests}
 * fails when one changes. A publisher behind an unknown operator counts as one that
 * cannot wait.
 * <p>
 * Demand is renewed in batches: at once while there is room, otherwise when the batch has
 * been written. Confined to the event loop, except for the constructor and
 * {@link #begin()}.
 */
final class OutboundDemand {

	/** As many as Reactor Netty requests. */
	private static final int PREFETCH = 128;

	private static final int BATCH = 16;

	/** Received messages wait as bytes in the session's window. */
	private static final int BATCH_OF_RECEIVED = 4;

	/** A batch also ends at this size, in bytes. */
	private static final int BATCH_SIZE = 64 * 1024;

	/** How many bytes may wait before a list is no longer asked. */
	private static final int MAX_UNSENT_OF_LIST = 128 * 1024;

	/** The same for any other publisher that emits within {@code request}. */
	private static final int MAX_UNSENT = 2 * 1024 * 1024;

	private static final String FLUX = "reactor.core.publisher.Flux";

	private static final Set<String> LISTS = Set.of("Array", "Generate", "Iterable", "Range");

	private static final Set<String> TRANSPARENT = Set.of("ContextWrite", "ContextWriteRestoringThreadLocals",
			"DistinctUntilChanged", "DoFinally", "DoOnEach", "Filter", "Handle", "Index", "LimitRequest", "Map", "Peek",
			"Skip", "Tap", "TakeUntil", "TakeWhile");

	/** The name of a Reactor operator, which may have several classes. */
	private static final ClassValue<String> OPERATORS = new ClassValue<>() {

		@Override
		protected String computeValue(Class<?> type) {
			String outer = type.getName().split("\\$", 2)[0];
			return (outer.startsWith(FLUX)) ? outer.substring(FLUX.length()).replace("Fuseable", "") : "";
		}

	};

	private final OutboundFrames outbound;

	private final Consumer<Throwable> onSourceFailed;

	private final Subscription upstream;

	private final int batch;

	private final int maxUnsent;

	private final int first;

	/** Demand that may be requested and has not been yet. */
	private int credit;

	private int messages;

	private int bytes;

	/** What is requested again once it has been written. */
	private int unsentMessages;

	private long unsentBytes;

	/** Every message so far has been emitted within {@code request}. */
	private boolean prompt;

	private boolean asking;

	private boolean answered;

	/**
	 * How many messages have been emitted on the event loop in this turn without a flush.
	 */
	private int emitted;

	private int turn;

	private boolean waitingForTurn;

	private boolean ended;

	OutboundDemand(OutboundFrames outbound, Consumer<Throwable> onSourceFailed, Subscription upstream) {
		this.outbound = outbound;
		this.onSourceFailed = onSourceFailed;
		this.upstream = upstream;
		Object origin = origin(upstream);
		boolean received = origin instanceof InboundMessages;
		this.batch = (received) ? BATCH_OF_RECEIVED : BATCH;
		this.first = (received) ? BATCH_OF_RECEIVED : PREFETCH;
		this.prompt = !received && outbound.inEventLoop();
		boolean list = origin != null && LISTS.contains(OPERATORS.get(origin.getClass()));
		this.maxUnsent = (list) ? MAX_UNSENT_OF_LIST : MAX_UNSENT;
	}

	/**
	 * Returns the publisher that the demand reaches unchanged.
	 */
	private static @Nullable Object origin(Subscription upstream) {
		Object current = upstream;
		while (current instanceof Scannable operator && TRANSPARENT.contains(OPERATORS.get(current.getClass()))) {
			current = operator.scanUnsafe(Scannable.Attr.PARENT);
		}
		return current;
	}

	/**
	 * Requests the first messages on the subscribing thread, since a message may be
	 * emitted right after.
	 */
	void begin() {
		if (this.outbound.inEventLoop()) {
			renew(this.first);
			return;
		}
		try {
			this.upstream.request(this.first);
		}
		catch (Throwable ex) {
			this.onSourceFailed.accept(ex);
		}
	}

	private void renew(int messages) {
		this.credit += messages;
		ask();
	}

	private void ask() {
		if (this.asking) {
			// The caller goes on when the publisher returns
			return;
		}
		try {
			while (this.credit > 0 && !this.ended && !(this.prompt && isEnough())) {
				if (!isMyTurn()) {
					awaitTurn();
					return;
				}
				int more = (this.prompt) ? 1 : this.credit;
				this.credit -= more;
				request(more);
			}
		}
		catch (Throwable ex) {
			this.onSourceFailed.accept(ex);
		}
	}

	/**
	 * Returns whether more may be requested in this turn. Otherwise small messages would
	 * wait until there is no room, and a publisher that emits within {@code request}
	 * would keep the event loop busy until then. One that does not may be unable to wait.
	 */
	private boolean isMyTurn() {
		int turn = this.outbound.flushes().turn();
		if (this.turn != turn) {
			this.turn = turn;
			this.emitted = 0;
		}
		if (this.emitted < PREFETCH) {
			return true;
		}
		if (this.answered || !this.outbound.makeRoom()) {
			return false;
		}
		this.emitted = 0;
		return true;
	}

	private void awaitTurn() {
		if (!this.waitingForTurn) {
			this.waitingForTurn = true;
			this.outbound.flushes().executeAfter(() -> {
				this.waitingForTurn = false;
				ask();
			});
		}
	}

	private void request(int more) {
		this.answered = false;
		this.asking = true;
		try {
			this.upstream.request(more);
		}
		finally {
			this.asking = false;
		}
		this.prompt &= this.answered;
	}

	private boolean isEnough() {
		return this.unsentBytes >= this.maxUnsent;
	}

	/**
	 * A message has been emitted on the event loop, perhaps within {@code request}.
	 */
	void emitted() {
		this.emitted++;
		this.answered |= this.asking;
	}

	/**
	 * A message has been written.
	 */
	void sent(int size) {
		this.messages++;
		this.bytes += size;
		if (this.messages >= this.batch || this.bytes >= BATCH_SIZE) {
			endBatch();
		}
	}

	private void endBatch() {
		int messages = this.messages;
		int bytes = this.bytes;
		this.messages = 0;
		this.bytes = 0;
		// A publisher that emits within request can wait
		if (this.outbound.hasRoom() || (!this.prompt && this.outbound.makeRoom())) {
			renew(messages);
			return;
		}
		this.unsentMessages += messages;
		this.unsentBytes += bytes;
		if (this.unsentMessages > 2 * PREFETCH) {
			throw Exceptions.failWithOverflow("The publisher sends messages that it was not asked for");
		}
		this.outbound.whenWritten((error) -> {
			if (error == null) {
				this.unsentMessages -= messages;
				this.unsentBytes -= bytes;
				renew(messages);
			}
		});
	}

	/**
	 * Requests nothing more.
	 */
	void end() {
		this.ended = true;
	}

}
