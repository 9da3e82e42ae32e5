package io.github.websockethttp2.testsupport;

/**
 * How often tests do what has to be done very often: in the profile {@code conformance}
 * as often as it takes to be sure, and otherwise as often as it takes to see most faults.
 */
public final class Often {

	private static final boolean FULL = Boolean.getBoolean("test.full");

	private Often() {
	}

	/**
	 * Returns how often.
	 * @param few how often in every build
	 * @param all how often in the profile {@code conformance}
	 * @return one of the two
	 */
	public static int times(int few, int all) {
		return (FULL) ? all : few;
	}

}
