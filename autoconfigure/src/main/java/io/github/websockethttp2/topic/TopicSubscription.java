package io.github.websockethttp2.topic;

import io.github.websockethttp2.channel.SharedOutput;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * A session of ours in a topic, from the subscription until it is cancelled or the
 * session ends.
 */
final class TopicSubscription extends Mono<Void> {

	private final TopicKey topic;

	private final MemberTerms terms;

	private final SharedOutput output;

	private final CatchUp catchUp;

	/**
	 * Create a subscription.
	 * @param topic the topic
	 * @param terms what happens to the session if it is slow
	 * @param output where the session takes messages
	 * @param catchUp what it gets first
	 */
	TopicSubscription(TopicKey topic, MemberTerms terms, SharedOutput output, CatchUp catchUp) {
		this.topic = topic;
		this.terms = terms;
		this.output = output;
		this.catchUp = catchUp;
	}

	@Override
	public void subscribe(CoreSubscriber<? super Void> actual) {
		SessionMember member = new SessionMember(this.terms, this.output, actual);
		actual.onSubscribe(member);
		try {
			this.topic.join((live) -> live.join(member, this.catchUp));
		}
		catch (IllegalStateException | MissedMessagesException ex) {
			member.rejected(ex);
		}
	}

}
