package io.github.websockethttp2.testsupport;

import java.util.ArrayList;
import java.util.List;

import io.netty.util.ResourceLeakDetector;

/**
 * Netty's leak detector, keeping its reports instead of logging them. Netty creates it by
 * reflection.
 *
 * @param <T> the type of the resource
 */
public final class LeakRecorder<T> extends ResourceLeakDetector<T> {

	private static final List<String> REPORTS = new ArrayList<>();

	private static volatile boolean inUse;

	/**
	 * Creates the detector of a type.
	 * @param resourceType the type of the resource
	 * @param samplingInterval one in how many is tracked below the paranoid level
	 */
	public LeakRecorder(Class<?> resourceType, int samplingInterval) {
		super(resourceType, samplingInterval);
		inUse = true;
	}

	/**
	 * Creates the detector of a type; Netty looks for this constructor, too.
	 * @param resourceType the type of the resource
	 * @param samplingInterval one in how many is tracked below the paranoid level
	 * @param maxActive unused
	 */
	public LeakRecorder(Class<?> resourceType, int samplingInterval, long maxActive) {
		this(resourceType, samplingInterval);
	}

	static boolean isInUse() {
		return inUse;
	}

	static List<String> take() {
		synchronized (REPORTS) {
			List<String> taken = List.copyOf(REPORTS);
			REPORTS.clear();
			return taken;
		}
	}

	@Override
	protected boolean needReport() {
		return true;
	}

	@Override
	protected void reportTracedLeak(String resourceType, String records) {
		add(resourceType + records);
	}

	@Override
	protected void reportUntracedLeak(String resourceType) {
		add(resourceType);
	}

	private static void add(String report) {
		synchronized (REPORTS) {
			REPORTS.add("LEAK: " + report);
		}
	}

}
