package io.github.websockethttp2.testsupport;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails a test class when Netty reports that a buffer was collected without having been
 * released. Registered for all tests. A leak that is only found later fails the class
 * that runs then, or the run: the report tells where the buffer was used.
 */
public final class LeakDetection implements BeforeAllCallback, AfterAllCallback {

	private static final int COLLECTIONS_AT_THE_END = 3;

	private static final long COLLECTION_MILLIS = 1000;

	static {
		// Before Netty creates its detectors. Not by its log, for Spring Boot resets
		// logging
		// with every application, and Netty tells of a leak but once.
		System.setProperty("io.netty.customResourceLeakDetector", LeakRecorder.class.getName());
		ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		context.getRoot()
			.getStore(Namespace.create(LeakDetection.class))
			.computeIfAbsent(AtTheEnd.class, (type) -> new AtTheEnd());
	}

	@Override
	public void afterAll(ExtensionContext context) {
		if (context.getRequiredTestClass().getEnclosingClass() == null) {
			check(1);
		}
	}

	/**
	 * Makes the garbage collector and Netty find leaks, and takes their reports.
	 * @param collections how often to collect garbage
	 * @return the reports
	 */
	static List<String> find(int collections) {
		for (int i = 0; i < collections; i++) {
			collectGarbage();
			// Netty looks for leaks when it tracks another buffer
			PooledByteBufAllocator.DEFAULT.buffer(1).release();
			PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
		}
		if (!LeakRecorder.isInUse()) {
			throw new AssertionError("Netty's leak detectors were created before " + LeakDetection.class.getName());
		}
		return LeakRecorder.take();
	}

	private static void check(int collections) {
		List<String> leaks = find(collections);
		if (!leaks.isEmpty()) {
			throw new AssertionError(leaks.size() + " LEAK(s):\n" + String.join("\n", leaks));
		}
	}

	private static void collectGarbage() {
		ReferenceQueue<Object> queue = new ReferenceQueue<>();
		List<WeakReference<Object>> sentinel = new ArrayList<>();
		sentinel.add(new WeakReference<>(new Object(), queue));
		System.gc();
		try {
			// References are enqueued by another thread after the collection
			if (queue.remove(COLLECTION_MILLIS) != sentinel.get(0)) {
				throw new AssertionError("The garbage collector did not run, thus leaks cannot be found");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Looks for leaks once more when all tests have run.
	 */
	private static final class AtTheEnd implements AutoCloseable {

		@Override
		public void close() {
			check(COLLECTIONS_AT_THE_END);
		}

	}

}
