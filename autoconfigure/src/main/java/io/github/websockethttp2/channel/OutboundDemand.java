package io.github.websockethttp2.channel;

import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Exceptions;
import reactor.core.Scannable;

/**
 * How many messages a sender's publisher is asked for. A publisher that cannot wait, such
 * as a sink or an interval, loses what it is not asked for: it is asked for as many as
 * Reactor Netty does, so that an application loses nothing that it did not lose before.
 * Those that can wait cost few bytes where the peer does not read.
 * <ul>
 * <li>One that emits as it is asked is known by that it does: it is asked one by one, and
 * gets all its demand as soon as it once has nothing to emit. Behind what it emits there
 * may be one that cannot wait, unless it is a mere list or the like. What it has emitted
 * is flushed now and then, and others have their turn.</li>
 * <li>On another thread than the event loop it is not: it may take its time there, which
 * the event loop has not. It gets its first demand on that thread at once, so that it
 * goes on there as long as it is not faster than the messages leave.</li>
 * <li>The messages of a session wait for whoever reads them.</li>
 * </ul>
 * That demand is passed straight on to such a publisher is known by the names of the
 * operators in between. They are not set down in Reactor's API, and
 * {@code OutboundMessagesTests} fails when one changes; until then the publisher is taken
 * for one that cannot wait.
 * <p>
 * Messages are asked for anew in batches: at once while there is room, and when the batch
 * has left for the peer while there is none. Confined to the event loop, but for the
 * constructor and {@link #begin()}.
 */
final class OutboundDemand {

	/** As many as Reactor Netty asks for. */
	private static final int PREFETCH = 128;

	private static final int BATCH = 16;

	/** What is received waits in the window of its session, as the bytes that it is. */
	private static final int BATCH_OF_RECEIVED = 4;

	/** A batch is full with so many bytes, too. */
	private static final int BATCH_SIZE = 64 * 1024;

	/** So many bytes wait before a list has to. */
	private static final int MAX_UNSENT_OF_LIST = 128 * 1024;

	/** So many bytes wait before one has to that emits as it is asked. */
	private static final int MAX_UNSENT = 2 * 1024 * 1024;

	private static final String FLUX = "reactor.core.publisher.Flux";

	private static final Set<String> LISTS = Set.of("Array", "Generate", "Iterable", "Range");

	private static final Set<String> TRANSPARENT = Set.of("ContextWrite", "ContextWriteRestoringThreadLocals",
			"DistinctUntilChanged", "DoFinally", "DoOnEach", "Filter", "Handle", "Index", "LimitRequest", "Map", "Peek",
			"Skip", "Tap", "TakeUntil", "TakeWhile");

	/** The names of Reactor's operators, of which each has several classes. */
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

	/** What may be asked for and has not been yet. */
	private int credit;

	private int messages;

	private int bytes;

	/** What is asked for anew when it has left. */
	private int unsentMessages;

	private long unsentBytes;

	/** Every message so far came while it was asked for. */
	private boolean prompt;

	private boolean asking;

	private boolean answered;

	/** How many messages were emitted on the event loop in this turn, without a flush. */
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
	 * Returns where demand arrives as it is made here.
	 */
	private static @Nullable Object origin(Subscription upstream) {
		Object current = upstream;
		while (current instanceof Scannable operator && TRANSPARENT.contains(OPERATORS.get(current.getClass()))) {
			current = operator.scanUnsafe(Scannable.Attr.PARENT);
		}
		return current;
	}

	/**
	 * Asks for the first messages, on the thread of whoever subscribes, since a message
	 * may be emitted right after.
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
			// Goes on there when the publisher returns
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
	 * Small messages would all wait until there is no room, and what emits as it is asked
	 * would have the event loop for itself until then. What does not may be one that
	 * cannot wait.
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
	 * A message is emitted on the event loop, maybe as it is asked for.
	 */
	void emitted() {
		this.emitted++;
		this.answered |= this.asking;
	}

	/**
	 * A message is sent.
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
		// One that emits as it is asked has time
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
	 * Nothing more is asked for.
	 */
	void end() {
		this.ended = true;
	}

}
