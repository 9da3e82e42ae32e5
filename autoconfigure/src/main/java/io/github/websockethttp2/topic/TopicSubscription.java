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

	TopicSubscription(TopicKey topic, MemberTerms terms, SharedOutput output) {
		this.topic = topic;
		this.terms = terms;
		this.output = output;
	}

	@Override
	public void subscribe(CoreSubscriber<? super Void> actual) {
		SessionMember member = new SessionMember(this.terms, this.output, actual);
		actual.onSubscribe(member);
		try {
			this.topic.join((live) -> live.join(member));
		}
		catch (IllegalStateException ex) {
			member.rejected(ex);
		}
	}

}
