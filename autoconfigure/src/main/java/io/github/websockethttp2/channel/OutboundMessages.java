package io.github.websockethttp2.channel;

import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * One {@code send} of a session: takes messages from a publisher, as many as
 * {@link OutboundDemand} asks it for. Completes when they have left for the peer, and if
 * the session is closed as it should be; fails with whatever kept them from leaving.
 */
final class OutboundMessages extends Mono<Void> {

	private final OutboundFrames outbound;

	private final Publisher<WebSocketMessage> source;

	OutboundMessages(OutboundFrames outbound, Publisher<WebSocketMessage> source) {
		this.outbound = outbound;
		this.source = source;
	}

	@Override
	public void subscribe(CoreSubscriber<? super Void> actual) {
		MessageSender sender = new MessageSender(this.outbound, actual);
		try {
			this.source.subscribe(sender);
		}
		catch (Throwable ex) {
			Operators.reportThrowInSubscribe(sender, ex);
		}
	}

}
