package io.github.websockethttp2.frame;

/**
 * How big a buffer should be that collects what is sent together: as big as lately, since
 * whoever has sent much does so again. One that is too small is copied to grow.
 */
public final class ExpectedSize {

	/** Of the first buffer, in bytes. */
	public static final int FIRST = 256;

	private ExpectedSize() {
	}

	/**
	 * Returns the size of the next buffer, which shrinks slowly.
	 * @param before the size of the last one in bytes
	 * @param used how many of its bytes were used
	 * @return the size in bytes
	 */
	public static int next(int before, int used) {
		return Math.max(FIRST, Math.max(used, before - before / 8));
	}

}
