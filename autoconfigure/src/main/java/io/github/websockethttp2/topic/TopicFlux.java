package io.github.websockethttp2.topic;

import java.util.function.Consumer;
import java.util.function.Function;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * The messages of a topic for subscribers that are not sessions of ours.
 *
 * @param <R> what they get
 */
final class TopicFlux<R> extends Flux<R> {

	private final TopicKey topic;

	private final MemberTerms terms;

	private final Function<TopicMessage, R> mapper;

	private final Consumer<CoreSubscriber<? super R>> onTooSlow;

	private final CatchUp catchUp;

	/**
	 * Create a publisher.
	 * @param topic the topic
	 * @param terms what happens to a subscriber that is slow
	 * @param mapper makes what subscribers get
	 * @param onTooSlow terminates a subscriber that is too slow
	 * @param catchUp what a subscriber gets first
	 */
	TopicFlux(TopicKey topic, MemberTerms terms, Function<TopicMessage, R> mapper,
			Consumer<CoreSubscriber<? super R>> onTooSlow, CatchUp catchUp) {
		this.topic = topic;
		this.terms = terms;
		this.mapper = mapper;
		this.onTooSlow = onTooSlow;
		this.catchUp = catchUp;
	}

	@Override
	public void subscribe(CoreSubscriber<? super R> actual) {
		FluxMember<R> member = new FluxMember<>(this.terms, this.mapper, actual, () -> this.onTooSlow.accept(actual));
		try {
			this.topic.join((live) -> live.join(member, this.catchUp));
		}
		catch (IllegalStateException | MissedMessagesException ex) {
			Operators.error(actual, ex);
			return;
		}
		member.start();
	}

}
