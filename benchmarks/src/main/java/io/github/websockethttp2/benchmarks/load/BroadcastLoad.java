package io.github.websockethttp2.benchmarks.load;

import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;

/**
 * Has a server send messages to all sessions. One session asks for as many as may be
 * under way, and for another each time that all sessions have got one, so that no client
 * is slow for long. Every delivery counts. Since all get the same messages, one that is
 * lost or comes twice is found by counting: the load ends only when everybody has got
 * everything.
 */
public final class BroadcastLoad extends Load {

	private final IntFunction<String> requests;

	private final int length;

	/** When the messages that are under way were asked for, and who has not got them. */
	private final long[] since;

	private final int[] missing;

	private int sessions;

	private @Nullable Speaker speaker;

	private long sent;

	/**
	 * Create a load.
	 * @param requests what a client sends to ask for a message, by the number of sessions
	 * @param length how long a message is
	 * @param inFlight how many are under way at a time
	 */
	public BroadcastLoad(IntFunction<String> requests, int length, int inFlight) {
		this.requests = requests;
		this.length = length;
		this.since = new long[inFlight];
		this.missing = new int[inFlight];
	}

	@Override
	public void opened(LoadSession session) {
		session.attach(new Received());
		this.sessions++;
	}

	@Override
	protected void begin(LoadSession session) {
		Speaker speaker = this.speaker;
		if (speaker == null) {
			speaker = new Speaker(session, ClientFrames.text(this.requests.apply(this.sessions)));
			this.speaker = speaker;
		}
		if (speaker.session == session) {
			for (int i = 0; i < this.since.length; i++) {
				ask(speaker);
			}
		}
	}

	private void ask(Speaker speaker) {
		int place = (int) (this.sent++ % this.since.length);
		this.since[place] = System.nanoTime();
		this.missing[place] = this.sessions;
		asked();
		speaker.session.send(speaker.request);
	}

	@Override
	public void message(LoadSession session, boolean text, long length) {
		Received received = session.attachment(Received.class);
		check(text && length == this.length && received.count < this.sent, "Not a message that was asked for");
		int place = (int) (received.count++ % this.since.length);
		counted();
		if (--this.missing[place] == 0) {
			delayed(this.since[place]);
			answered();
			Speaker speaker = this.speaker;
			if (isRunning() && speaker != null) {
				ask(speaker);
				// What is being read may be another connection
				speaker.session.flush();
			}
		}
	}

	/**
	 * The session that asks.
	 *
	 * @param session the session
	 * @param request the frame that asks for a message
	 */
	private record Speaker(LoadSession session, byte[] request) {
	}

	/**
	 * How many messages a session has got.
	 */
	private static final class Received {

		private long count;

	}

}
