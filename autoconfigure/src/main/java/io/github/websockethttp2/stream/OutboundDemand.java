package io.github.websockethttp2.stream;

import java.util.Set;

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
 * may be one that cannot wait, unless it is a mere list or the like.</li>
 * <li>The messages of a session wait for whoever reads them.</li>
 * </ul>
 * That demand is passed straight on to such a publisher is known by the names of the
 * operators in between. They are not set down in Reactor's API, and
 * {@code OutboundMessagesTests} fails when one changes; until then the publisher is taken
 * for one that cannot wait.
 * <p>
 * Messages are asked for anew in batches: at once while there is room, and when the batch
 * has left for the peer while there is none. Confined to the event loop, but for the
 * first demand.
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

	private static final Set<String> LISTS = Set.of("array", "generate", "iterable", "range", "stream");

	private static final Set<String> TRANSPARENT = Set.of("contextWrite", "contextWriteRestoringThreadLocals",
			"distinctUntilChanged", "doFinally", "doOnEach", "filter", "handle", "index", "limitRequest", "map", "peek",
			"skip", "takeUntil", "takeWhile", "tap");

	private final OutboundFrames outbound;

	private final OutboundMessages.Sender sender;

	private final Subscription upstream;

	private final int batch;

	private final int maxUnsent;

	/** What may be asked for and has not been yet. */
	private int credit;

	private int messages;

	private int bytes;

	/** What is asked for anew when it has left. */
	private int unsentMessages;

	private long unsentBytes;

	/** Every message so far came while it was asked for. */
	private boolean prompt;

	private @Nullable Thread asking;

	private boolean answered;

	private long queued;

	private boolean ended;

	OutboundDemand(OutboundFrames outbound, OutboundMessages.Sender sender, Subscription upstream) {
		this.outbound = outbound;
		this.sender = sender;
		this.upstream = upstream;
		Object origin = origin(upstream);
		boolean received = origin instanceof InboundMessages;
		this.batch = (received) ? BATCH_OF_RECEIVED : BATCH;
		this.credit = (received) ? BATCH_OF_RECEIVED : PREFETCH;
		this.prompt = !received;
		boolean list = origin instanceof Scannable scannable && LISTS.contains(scannable.stepName());
		this.maxUnsent = (list) ? MAX_UNSENT_OF_LIST : MAX_UNSENT;
	}

	/**
	 * Returns where demand arrives as it is made here.
	 */
	private static @Nullable Object origin(Subscription upstream) {
		Object current = upstream;
		while (current instanceof Scannable operator && TRANSPARENT.contains(operator.stepName())) {
			current = operator.scanUnsafe(Scannable.Attr.PARENT);
		}
		return current;
	}

	/**
	 * Asks for what may be asked for. The first time on the thread of whoever subscribes:
	 * a message may be emitted right after.
	 */
	void ask() {
		if (this.asking != null) {
			// Goes on there when the publisher returns
			return;
		}
		try {
			while (this.prompt && this.credit > 0 && !isEnough()) {
				askForOne();
			}
			if (!this.prompt && this.credit > 0 && !this.ended) {
				int more = this.credit;
				this.credit = 0;
				this.upstream.request(more);
			}
		}
		catch (Throwable ex) {
			this.sender.sourceFailed(ex);
		}
	}

	private boolean isEnough() {
		return this.ended || this.unsentBytes >= this.maxUnsent || this.queued >= this.maxUnsent;
	}

	private void askForOne() {
		this.credit--;
		this.answered = false;
		this.asking = Thread.currentThread();
		try {
			this.upstream.request(1);
		}
		finally {
			this.asking = null;
		}
		this.prompt = this.answered;
	}

	/**
	 * A message comes, on any thread.
	 * @return whether it comes out of {@link #ask()}
	 */
	boolean isAnswer() {
		// Another thread may see an old value, but never itself
		Thread asking = this.asking;
		if (asking != null && asking == Thread.currentThread()) {
			this.answered = true;
			return true;
		}
		return false;
	}

	/**
	 * A message that came out of {@link #ask()} waits for the event loop.
	 */
	void queued(int size) {
		this.queued += size;
	}

	/**
	 * Everything that has waited for the event loop is sent.
	 */
	void dequeued() {
		this.queued = 0;
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
		// One that can wait gives the event loop time for others
		if (this.outbound.hasRoom() || (!this.prompt && this.outbound.makeRoom())) {
			this.credit += messages;
			askUnlessPrompt();
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
				this.credit += messages;
				ask();
			}
		});
	}

	/**
	 * One by one is asked for outside of what sends only.
	 */
	private void askUnlessPrompt() {
		if (!this.prompt) {
			ask();
		}
	}

	/**
	 * Nothing more is asked for.
	 */
	void end() {
		this.ended = true;
	}

}
