package io.github.websockethttp2.testsupport;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.test.StepVerifier;

import org.springframework.boot.convert.DurationStyle;

/**
 * How long tests wait for what is about to happen: ten seconds, or as long as the system
 * property {@code test.timeout} says, on a busy machine for example. Registered for all
 * tests, since it is what Awaitility and {@link StepVerifier} wait for as well.
 */
public final class Waiting implements BeforeAllCallback {

	/** For anything that takes but a moment. */
	public static final Duration TIMEOUT = DurationStyle.detectAndParse(System.getProperty("test.timeout", "10s"));

	/** For what takes its time anywhere, such as another process or many megabytes. */
	public static final Duration LONG_TIMEOUT = TIMEOUT.multipliedBy(6);

	@Override
	public void beforeAll(ExtensionContext context) {
		Awaitility.setDefaultTimeout(TIMEOUT);
		StepVerifier.setDefaultTimeout(TIMEOUT);
	}

	/**
	 * Takes the next element, waiting for it.
	 * @param <T> the type of the elements
	 * @param queue where it comes
	 * @return the element
	 */
	public static <T> T take(BlockingQueue<T> queue) {
		return await("an element", (millis) -> queue.poll(millis, TimeUnit.MILLISECONDS));
	}

	/**
	 * Waits for a result.
	 * @param <T> the type of the result
	 * @param future what has it
	 * @return the result
	 */
	public static <T> T join(Future<T> future) {
		try {
			return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			throw late("a result");
		}
		catch (ExecutionException ex) {
			throw new AssertionError("Failed instead of having a result", ex.getCause());
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	/**
	 * Waits for a latch to open.
	 * @param latch the latch
	 */
	public static void await(CountDownLatch latch) {
		await("a latch", (millis) -> latch.await(millis, TimeUnit.MILLISECONDS) ? true : null);
	}

	/**
	 * Waits for a permit.
	 * @param semaphore what gives it
	 */
	public static void acquire(Semaphore semaphore) {
		await("a permit", (millis) -> semaphore.tryAcquire(millis, TimeUnit.MILLISECONDS) ? true : null);
	}

	/**
	 * Waits for the end of a process, and ends it if it takes too long.
	 * @param process the process
	 * @return its exit value
	 */
	public static int exitValue(Process process) {
		try {
			if (!process.waitFor(LONG_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
				throw new AssertionError("Awaited in vain for " + LONG_TIMEOUT + ": the end of " + process.info());
			}
			return process.exitValue();
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
		finally {
			process.destroyForcibly();
		}
	}

	/**
	 * Runs what may take its time, and fails if it does not end. It then goes on in a
	 * thread that does not keep the process.
	 * @param what what it is, for the failure
	 * @param action the action
	 */
	public static void run(String what, Runnable action) {
		FutureTask<Boolean> task = new FutureTask<>(action, true);
		Thread thread = new Thread(task, what);
		thread.setDaemon(true);
		thread.start();
		try {
			task.get(LONG_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			AssertionError late = new AssertionError("Awaited in vain for " + LONG_TIMEOUT + ": the end of " + what);
			late.setStackTrace(thread.getStackTrace());
			throw late;
		}
		catch (ExecutionException ex) {
			throw new AssertionError(what + " failed", ex.getCause());
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	private static <T> T await(String what, Attempt<T> attempt) {
		try {
			T value = attempt.within(TIMEOUT.toMillis());
			if (value == null) {
				throw late(what);
			}
			return value;
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	private static AssertionError late(String what) {
		return new AssertionError("Awaited in vain for " + TIMEOUT + ": " + what);
	}

	private static AssertionError interrupted(InterruptedException ex) {
		Thread.currentThread().interrupt();
		return new AssertionError("Interrupted", ex);
	}

	/**
	 * Waits once.
	 *
	 * @param <T> the type of what is awaited
	 */
	private interface Attempt<T> {

		T within(long millis) throws InterruptedException;

	}

}
