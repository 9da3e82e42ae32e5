package io.github.websockethttp2.testsupport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Guards what a connection has seen and lets tests wait for it. The event loop changes
 * state under the lock, tests read it under the lock.
 */
final class FrameMonitor {

	private static final int TOLD_FRAMES = 200;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final List<SeenFrame> frames = new ArrayList<>();

	private final List<String> violations = new ArrayList<>();

	private final Duration timeout;

	private boolean closed;

	private Thread eventLoop;

	FrameMonitor(Duration timeout) {
		this.timeout = timeout;
	}

	Duration timeout() {
		return this.timeout;
	}

	void eventLoop(Thread thread) {
		change(() -> this.eventLoop = thread);
	}

	void change(Runnable change) {
		this.lock.lock();
		try {
			change.run();
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	void seen(SeenFrame frame, Runnable change) {
		change(() -> {
			this.frames.add(frame);
			change.run();
		});
	}

	void violation(String text) {
		change(() -> this.violations.add(text));
	}

	void close() {
		change(() -> this.closed = true);
	}

	boolean isClosed() {
		return read(() -> this.closed);
	}

	void forgetFrames() {
		change(this.frames::clear);
	}

	List<SeenFrame> frames() {
		return read(() -> List.copyOf(this.frames));
	}

	<T> T read(Supplier<T> reader) {
		this.lock.lock();
		try {
			return reader.get();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits until there is a value.
	 * @param <T> the type of the value
	 * @param what what is awaited, for the failure
	 * @param attempt gives the value, or {@code null} as long as there is none; called
	 * under the lock
	 * @return the value
	 */
	<T> T await(String what, Supplier<T> attempt) {
		return await(what, attempt, true);
	}

	/**
	 * Waits until there is a value that may still come when the connection has closed.
	 * @param <T> the type of the value
	 * @param what what is awaited, for the failure
	 * @param attempt gives the value, or {@code null} as long as there is none; called
	 * under the lock
	 * @return the value
	 */
	<T> T awaitBeyondClose(String what, Supplier<T> attempt) {
		return await(what, attempt, false);
	}

	private <T> T await(String what, Supplier<T> attempt, boolean endsAtClose) {
		if (Thread.currentThread() == this.eventLoop) {
			throw new IllegalStateException("No waiting for " + what + " while writes are collected");
		}
		long nanos = this.timeout.toNanos();
		this.lock.lock();
		try {
			while (true) {
				assertNoViolation();
				T value = attempt.get();
				if (value != null) {
					return value;
				}
				if (this.closed && endsAtClose) {
					throw failure("The connection is closed; awaited " + what);
				}
				if (nanos <= 0) {
					throw failure("Awaited in vain for " + this.timeout.toMillis() + " ms: " + what);
				}
				nanos = this.changed.awaitNanos(nanos);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw failure("Interrupted; awaited " + what);
		}
		finally {
			this.lock.unlock();
		}
	}

	void assertNoViolation() {
		List<String> violations = read(() -> List.copyOf(this.violations));
		if (!violations.isEmpty()) {
			throw failure("The server broke the protocol: " + violations);
		}
	}

	AssertionError failure(String message) {
		return read(() -> {
			int skipped = Math.max(0, this.frames.size() - TOLD_FRAMES);
			return new AssertionError(this.frames.stream()
				.skip(skipped)
				.map(SeenFrame::toString)
				.collect(Collectors.joining("\n  ",
						message + "\nFrames so far (" + this.frames.size() + ((this.closed) ? ", closed):" : "):")
								+ ((skipped > 0) ? "\n  … " + skipped + " earlier" : "") + "\n  ",
						"")));
		});
	}

}
