package io.github.websockethttp2.topic;

import java.util.Objects;

import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.socket.CloseStatus;

/**
 * What happens to a subscriber of a topic that is slow: one for whom so many messages
 * wait that the next does not fit any more. By default, the limit is
 * {@code websocket.http2.topics.buffer-size}. It counts uncompressed bytes, which
 * subscribers share. A message that is bigger may wait if it is the only one. What the
 * connection has taken over, some 64 KB, is not part of it. Immutable.
 */
public final class SlowConsumer {

	private static final SlowConsumer DROP_OLDEST = new SlowConsumer(Policy.DROP_OLDEST, null, null);

	private static final SlowConsumer DROP_NEWEST = new SlowConsumer(Policy.DROP_NEWEST, null, null);

	private static final SlowConsumer LATEST_ONLY = new SlowConsumer(Policy.LATEST_ONLY, null, null);

	private static final SlowConsumer CLOSE = new SlowConsumer(Policy.CLOSE, CloseStatus.SERVICE_OVERLOAD, null);

	private final Policy policy;

	private final @Nullable CloseStatus status;

	private final @Nullable DataSize bufferSize;

	private SlowConsumer(Policy policy, @Nullable CloseStatus status, @Nullable DataSize bufferSize) {
		this.policy = policy;
		this.status = status;
		this.bufferSize = bufferSize;
	}

	/**
	 * Drops the oldest messages that wait, for those who want to catch up.
	 * @return the policy
	 */
	public static SlowConsumer dropOldest() {
		return DROP_OLDEST;
	}

	/**
	 * Drops the messages that do not fit any more.
	 * @return the policy
	 */
	public static SlowConsumer dropNewest() {
		return DROP_NEWEST;
	}

	/**
	 * Keeps only the last message, for topics of which each message replaces the one
	 * before.
	 * @return the policy
	 */
	public static SlowConsumer latestOnly() {
		return LATEST_ONLY;
	}

	/**
	 * Closes the session, so that its client knows that it has missed something.
	 * @param status the status that the client sees
	 * @return the policy
	 * @throws IllegalArgumentException if the status must not be sent
	 */
	public static SlowConsumer close(CloseStatus status) {
		Assert.isTrue(WebSocketCloseStatus.isValidStatusCode(status.getCode()),
				() -> "No Close frame may have the status " + status.getCode());
		return new SlowConsumer(Policy.CLOSE, status, null);
	}

	/**
	 * Returns a policy. Sessions are closed with status 1013.
	 * @param policy what it does
	 * @return the policy
	 */
	public static SlowConsumer of(Policy policy) {
		return switch (policy) {
			case DROP_OLDEST -> DROP_OLDEST;
			case DROP_NEWEST -> DROP_NEWEST;
			case LATEST_ONLY -> LATEST_ONLY;
			case CLOSE -> CLOSE;
		};
	}

	/**
	 * Returns the policy with another limit.
	 * @param bufferSize how much may wait, at least one byte
	 * @return the policy
	 */
	public SlowConsumer withBufferSize(DataSize bufferSize) {
		Assert.isTrue(bufferSize.toBytes() > 0, "The buffer must be able to hold a byte");
		return new SlowConsumer(this.policy, this.status, bufferSize);
	}

	Policy policy() {
		return this.policy;
	}

	CloseStatus status() {
		return Objects.requireNonNullElse(this.status, CloseStatus.SERVICE_OVERLOAD);
	}

	/**
	 * Returns the limit in bytes.
	 * @param defaults has one
	 */
	long limit(SlowConsumer defaults) {
		DataSize size = (this.bufferSize != null) ? this.bufferSize : defaults.bufferSize;
		return Objects.requireNonNull(size, "No default size").toBytes();
	}

	@Override
	public String toString() {
		return this.policy + ((this.policy == Policy.CLOSE) ? " with " + status().getCode() : "")
				+ ((this.bufferSize != null) ? " at " + this.bufferSize : "");
	}

	/**
	 * What is done.
	 */
	public enum Policy {

		/**
		 * The oldest messages that wait are dropped.
		 */
		DROP_OLDEST,

		/**
		 * Messages that do not fit any more are dropped.
		 */
		DROP_NEWEST,

		/**
		 * Only the last message waits.
		 */
		LATEST_ONLY,

		/**
		 * The session is closed.
		 */
		CLOSE

	}

}
