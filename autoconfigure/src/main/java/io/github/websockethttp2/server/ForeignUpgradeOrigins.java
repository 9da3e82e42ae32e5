package io.github.websockethttp2.server;

import io.github.websockethttp2.handshake.Handshake;
import io.github.websockethttp2.handshake.HandshakeDecision;
import io.github.websockethttp2.handshake.HandshakeOutcomes;
import io.github.websockethttp2.handshake.HandshakeRefusal;
import io.github.websockethttp2.handshake.ObservedHandshake;
import io.github.websockethttp2.handshake.OriginPolicy;
import io.github.websockethttp2.handshake.RefusalReason;
import io.github.websockethttp2.server.foreign.ForeignUpgradePolicy;
import io.github.websockethttp2.server.foreign.ForeignUpgrades;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.support.Netty4HeadersAdapter;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Applies the {@link OriginPolicy} to upgrades that bypass our
 * {@link WebSocketUpgradeStrategy}. Upgrades within WebFlux are judged by their exchange,
 * when the response is committed. Upgrades outside of it, such as RSocket's, are judged
 * by their headers.
 */
public final class ForeignUpgradeOrigins implements ForeignUpgradePolicy, WebFilter, Ordered {

	private static final Log logger = LogFactory.getLog(ForeignUpgradeOrigins.class);

	private final OriginPolicy policy;

	private final HandshakeOutcomes outcomes;

	/**
	 * Create a policy.
	 * @param policy decides about origins
	 * @param outcomes who wants to know how handshakes end
	 */
	public ForeignUpgradeOrigins(OriginPolicy policy, HandshakeOutcomes outcomes) {
		this.policy = policy;
		this.outcomes = outcomes;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		ObservedHandshake observed = ObservedHandshake.of(exchange.getResponse());
		HttpServerResponse response = (observed != null) ? NativeExchange.response(exchange.getResponse()) : null;
		if (observed != null && response != null) {
			ForeignUpgrades.onDecision(response, (refusal) -> decided(observed, refusal));
		}
		HttpHeaders headers = exchange.getRequest().getHeaders();
		if (headers.containsHeader(HttpHeaders.UPGRADE) && headers.containsHeader(HttpHeaders.ORIGIN)) {
			exchange.getResponse().beforeCommit(() -> decide(exchange));
		}
		return chain.filter(exchange);
	}

	private Mono<Void> decide(ServerWebExchange exchange) {
		return this.policy.decide(exchange).doOnNext((decision) -> {
			HttpServerResponse response = NativeExchange.response(exchange.getResponse());
			if (decision.isAccepted() && response != null) {
				ForeignUpgrades.allow(response);
			}
		}).then();
	}

	private static void decided(ObservedHandshake observed, @Nullable HttpResponseStatus refusal) {
		if (refusal == null) {
			observed.accepted();
		}
		else {
			observed.refused(reason(refusal), refusal.code());
		}
	}

	private static RefusalReason reason(HttpResponseStatus refusal) {
		return (refusal.equals(HttpResponseStatus.FORBIDDEN)) ? RefusalReason.ORIGIN : RefusalReason.DRAINING;
	}

	@Override
	public void decided(HttpServerRequest request, @Nullable HttpResponseStatus refusal) {
		if (!this.outcomes.isObserved()) {
			return;
		}
		Handshake handshake = new Handshake(NativeExchange.protocol(request), "",
				new HttpHeaders(new Netty4HeadersAdapter(request.requestHeaders())));
		if (refusal == null) {
			this.outcomes.accepted(handshake);
		}
		else {
			this.outcomes.refused(handshake, new HandshakeRefusal(reason(refusal), refusal.code()));
		}
	}

	@Override
	public boolean mayOpen(HttpServerRequest request, HttpServerResponse response) {
		HandshakeDecision decision = this.policy.decide(request.scheme(), authority(request),
				new HttpHeaders(new Netty4HeadersAdapter(request.requestHeaders())),
				new HttpHeaders(new Netty4HeadersAdapter(response.responseHeaders())));
		if (!decision.isAccepted()) {
			logger.debug("Handshake for " + request.fullPath() + " refused: " + decision.reason());
		}
		return decision.isAccepted();
	}

	private static String authority(HttpServerRequest request) {
		String host = request.hostName();
		boolean literal = host.indexOf(':') != -1 && !host.startsWith("[");
		return ((literal) ? "[" + host + "]" : host) + ":" + request.hostPort();
	}

}
