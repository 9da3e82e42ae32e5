package io.github.websockethttp2.benchmarks.load;

/**
 * Asks for many messages at once, and for as many again when all have come.
 */
public final class PushLoad extends Load {

	private final byte[] request;

	private final int length;

	private final int count;

	/**
	 * Create a load.
	 * @param length how long a message is
	 * @param count how many are asked for at a time
	 */
	public PushLoad(int length, int count) {
		this.request = ClientFrames.text(count + " " + length);
		this.length = length;
		this.count = count;
	}

	@Override
	public void opened(LoadSession session) {
		session.attach(new Batch());
	}

	@Override
	protected void begin(LoadSession session) {
		Batch batch = session.attachment(Batch.class);
		batch.left = this.count;
		batch.since = System.nanoTime();
		asked();
		session.send(this.request);
	}

	@Override
	public void message(LoadSession session, boolean text, long length) {
		Batch batch = session.attachment(Batch.class);
		check(text && length == this.length && batch.left > 0, "Not a message that was asked for");
		counted();
		if (--batch.left == 0) {
			delayed(batch.since);
			answered();
			if (isRunning()) {
				begin(session);
			}
		}
	}

	/**
	 * What is asked for and has not come.
	 */
	private static final class Batch {

		private int left;

		private long since;

	}

}
