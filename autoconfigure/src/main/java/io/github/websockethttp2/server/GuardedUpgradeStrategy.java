package io.github.websockethttp2.server;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

import io.github.websockethttp2.handshake.HandshakePolicy;
import io.github.websockethttp2.handshake.ObservedHandshake;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.util.CollectionUtils;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.server.RequestUpgradeStrategy;
import org.springframework.web.server.ServerWebExchange;

/**
 * Asks the policies before the strategy of another server upgrades, so that who may open
 * a WebSocket does not depend on the server. Also adds the path variables to the
 * session's attributes, as on Reactor Netty.
 */
public final class GuardedUpgradeStrategy implements RequestUpgradeStrategy {

	private final RequestUpgradeStrategy delegate;

	private final SingletonSupplier<HandshakePolicy> policy;

	/**
	 * Create a strategy.
	 * @param delegate upgrades accepted handshakes
	 * @param policy supplies the policy, when it is first needed
	 */
	public GuardedUpgradeStrategy(RequestUpgradeStrategy delegate, Supplier<? extends HandshakePolicy> policy) {
		this.delegate = delegate;
		this.policy = SingletonSupplier.of(policy::get);
	}

	@Override
	public Mono<Void> upgrade(ServerWebExchange exchange, WebSocketHandler handler, @Nullable String subProtocol,
			Supplier<HandshakeInfo> handshakeInfoFactory) {
		return this.policy.obtain()
			.decide(exchange)
			.flatMap((decision) -> (decision.isAccepted())
					? ObservedHandshake.accepting(exchange.getResponse(),
							this.delegate.upgrade(exchange, handler, subProtocol,
									() -> withVariables(handshakeInfoFactory.get(), exchange)))
					: Refusals.refuse(exchange, decision));
	}

	private static HandshakeInfo withVariables(HandshakeInfo info, ServerWebExchange exchange) {
		Map<String, String> variables = exchange.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
		if (CollectionUtils.isEmpty(variables)) {
			return info;
		}
		Map<String, Object> attributes = new HashMap<>(info.getAttributes());
		attributes.putAll(variables);
		return new HandshakeInfo(info.getUri(), info.getHeaders(), info.getCookies(), info.getPrincipal(),
				info.getSubProtocol(), info.getRemoteAddress(), attributes, info.getLogPrefix());
	}

}
