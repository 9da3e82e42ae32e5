package io.github.websockethttp2.channel;

import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * One {@code send} of a session. Requests messages from a publisher as
 * {@link OutboundDemand} decides. Completes when they have been sent, or when the session
 * ends by a regular closing handshake; otherwise fails with the reason.
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
