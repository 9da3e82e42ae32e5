package io.github.websockethttp2.benchmarks.load;

/**
 * Of sessions on which nothing happens, but for a message now and then that comes back.
 */
public final class QuietListener implements LoadListener {

	private long messages;

	/**
	 * Returns how many messages have come.
	 * @return the number of messages, to be read on the event loop
	 */
	public long messages() {
		return this.messages;
	}

	@Override
	public void opened(LoadSession session) {
	}

	@Override
	public void message(LoadSession session, boolean text, long length) {
		this.messages++;
	}

	@Override
	public void closed(LoadSession session, int status) {
	}

}
