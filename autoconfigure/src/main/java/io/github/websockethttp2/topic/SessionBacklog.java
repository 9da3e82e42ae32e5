package io.github.websockethttp2.topic;

import io.github.websockethttp2.channel.SessionSender;
import io.github.websockethttp2.channel.SharedOutput;
import io.github.websockethttp2.channel.WaitingSender;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a session of ours in a topic, until there is room for it. Only a session
 * that does not keep up has one. Confined to the session's event loop.
 */
final class SessionBacklog implements WaitingSender {

	private final MemberTerms terms;

	private final SharedOutput output;

	private final SessionSender member;

	/** There is none while nothing waits. */
	private @Nullable Backlog backlog;

	/**
	 * How many bytes had to be written although there was no room. They wait, too, but
	 * where no policy can drop them, until there is room again.
	 */
	private long ahead;

	/** Whether it is told when there is room again. */
	private boolean waiting;

	/**
	 * Create a backlog.
	 * @param terms how much may wait
	 * @param output where it goes
	 * @param member ends if it cannot be written
	 */
	SessionBacklog(MemberTerms terms, SharedOutput output, SessionSender member) {
		this.terms = terms;
		this.output = output;
		this.member = member;
	}

	boolean isEmpty() {
		return this.backlog == null;
	}

	/**
	 * Adds a message, as far as the policy lets it.
	 * @param message the message
	 * @param counts counts it, and what is dropped for it
	 * @return {@code false} if the session is to be closed for being slow
	 */
	boolean add(TopicMessage message, Counts counts) {
		Backlog backlog = this.backlog;
		if (backlog == null) {
			backlog = this.terms.newBacklog(this.ahead);
			this.backlog = backlog;
			setWaiting(true);
		}
		return backlog.add(message, counts);
	}

	@Override
	public void roomAgain() {
		if (!this.output.hasRoom()) {
			// Others have taken it
			return;
		}
		this.ahead = 0;
		if (this.backlog != null) {
			this.backlog.nothingIsAhead();
		}
		if (writeWhile(true)) {
			this.output.scheduleFlush();
		}
		setWaiting(this.backlog != null);
	}

	@Override
	public void writeWaiting() {
		writeWhile(false);
	}

	private boolean writeWhile(boolean room) {
		int written = 0;
		try {
			while (this.backlog != null && !(room && !this.output.hasRoom())) {
				TopicMessage message = this.backlog.poll();
				if (this.backlog.isEmpty()) {
					this.backlog = null;
				}
				if (message != null) {
					this.ahead = (room) ? 0 : this.ahead + message.size();
					this.output.write(message.encoded());
					written++;
				}
			}
		}
		catch (Throwable ex) {
			this.member.end(ex);
		}
		this.terms.counts().delivered(written);
		return written != 0;
	}

	/**
	 * Nothing waits any more.
	 */
	void clear() {
		this.backlog = null;
		this.ahead = 0;
		setWaiting(false);
	}

	private void setWaiting(boolean waiting) {
		if (this.waiting != waiting) {
			this.waiting = waiting;
			if (waiting) {
				this.output.addWaiting(this);
			}
			else {
				this.output.removeWaiting(this);
			}
		}
	}

}
