package io.github.websockethttp2.benchmarks.load;

/**
 * Sends messages to a server that sends them back, so many of them under way on each
 * session at any time. With {@code /sink} the same makes an upload: the answer is one
 * byte.
 */
public final class EchoLoad extends Load {

	private final byte[] frame;

	private final boolean textAnswer;

	private final int answerLength;

	private final int inFlight;

	private EchoLoad(byte[] frame, boolean textAnswer, int answerLength, int inFlight) {
		this.frame = frame;
		this.textAnswer = textAnswer;
		this.answerLength = answerLength;
		this.inFlight = inFlight;
	}

	/**
	 * Returns a load for {@code /echo}.
	 * @param text whether text messages are sent
	 * @param length how long a message is
	 * @param inFlight how many are under way at a time
	 * @return the load
	 */
	public static EchoLoad echo(boolean text, int length, int inFlight) {
		return new EchoLoad(ClientFrames.message(text, length), text, length, inFlight);
	}

	/**
	 * Returns a load for {@code /sink}.
	 * @param length how long a message is
	 * @param inFlight how many are under way at a time
	 * @return the load
	 */
	public static EchoLoad upload(int length, int inFlight) {
		return new EchoLoad(ClientFrames.message(false, length), true, 1, inFlight);
	}

	@Override
	public void opened(LoadSession session) {
		session.attach(new UnderWay(new long[this.inFlight]));
	}

	@Override
	protected void begin(LoadSession session) {
		UnderWay underWay = session.attachment(UnderWay.class);
		for (int i = 0; i < this.inFlight; i++) {
			send(session, underWay);
		}
	}

	@Override
	public void message(LoadSession session, boolean text, long length) {
		check(text == this.textAnswer && length == this.answerLength, "Not the message that was sent");
		UnderWay underWay = session.attachment(UnderWay.class);
		delayed(underWay.oldest());
		counted();
		answered();
		if (isRunning()) {
			send(session, underWay);
		}
	}

	private void send(LoadSession session, UnderWay underWay) {
		underWay.add(System.nanoTime());
		asked();
		session.send(this.frame);
	}

	/**
	 * When the messages that are under way were sent.
	 */
	private static final class UnderWay {

		private final long[] times;

		private int first;

		private int last;

		UnderWay(long[] times) {
			this.times = times;
		}

		void add(long time) {
			this.times[this.last] = time;
			this.last = (this.last + 1 == this.times.length) ? 0 : this.last + 1;
		}

		long oldest() {
			long time = this.times[this.first];
			this.first = (this.first + 1 == this.times.length) ? 0 : this.first + 1;
			return time;
		}

	}

}
