package io.github.websockethttp2.topic;

import org.springframework.web.reactive.socket.CloseStatus;

/**
 * The terms on which subscribers are in topics.
 *
 * @param policy what happens to those who are slow
 * @param limit how many bytes may wait
 * @param status the status with which sessions are closed
 * @param counts counts what happens
 */
record MemberTerms(SlowConsumer.Policy policy, long limit, CloseStatus status, TopicCounts counts) {

	/**
	 * Creates what waits for the subscriber.
	 * @param ahead how many bytes wait for it elsewhere
	 */
	Backlog newBacklog(long ahead) {
		return new Backlog(this.policy, this.limit, ahead);
	}

}
