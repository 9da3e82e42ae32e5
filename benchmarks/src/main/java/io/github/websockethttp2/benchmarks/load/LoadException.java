package io.github.websockethttp2.benchmarks.load;

/**
 * A server has not done what the load generator expects, so no figure is worth anything.
 */
public final class LoadException extends RuntimeException {

	/**
	 * Create an exception.
	 * @param message what was expected and what was seen
	 */
	public LoadException(String message) {
		super(message);
	}

	/**
	 * Create an exception.
	 * @param message what was tried
	 * @param cause why it failed
	 */
	public LoadException(String message, Throwable cause) {
		super(message, cause);
	}

}
