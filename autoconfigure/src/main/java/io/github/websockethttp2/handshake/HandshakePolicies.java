package io.github.websockethttp2.handshake;

import java.util.List;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.web.server.ServerWebExchange;

/**
 * Asks the policies of an application one after the other, until one refuses.
 */
public final class HandshakePolicies implements HandshakePolicy {

	private final List<HandshakePolicy> policies;

	/**
	 * Create the policies.
	 * @param policies the policies, in order
	 */
	public HandshakePolicies(List<HandshakePolicy> policies) {
		this.policies = List.copyOf(policies);
	}

	@Override
	public Mono<HandshakeDecision> decide(ServerWebExchange exchange) {
		return Flux.fromIterable(this.policies)
			.concatMap((policy) -> policy.decide(exchange).filter((decision) -> isRefusal(decision, policy, exchange)))
			.next()
			.defaultIfEmpty(HandshakeDecision.accept());
	}

	private static boolean isRefusal(HandshakeDecision decision, HandshakePolicy policy, ServerWebExchange exchange) {
		if (decision.isAccepted()) {
			return false;
		}
		ObservedHandshake.leaveReason(exchange.getResponse(),
				(policy instanceof OriginPolicy) ? RefusalReason.ORIGIN : RefusalReason.POLICY);
		return true;
	}

}
