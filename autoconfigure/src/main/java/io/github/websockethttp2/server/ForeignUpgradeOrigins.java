package io.github.websockethttp2.server;

import io.github.websockethttp2.handshake.HandshakeDecision;
import io.github.websockethttp2.handshake.OriginPolicy;
import io.github.websockethttp2.server.foreign.ForeignUpgradePolicy;
import io.github.websockethttp2.server.foreign.ForeignUpgrades;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
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

	/**
	 * Create a policy.
	 * @param policy decides about origins
	 */
	public ForeignUpgradeOrigins(OriginPolicy policy) {
		this.policy = policy;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
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

	@Override
	public boolean mayOpen(HttpServerRequest request, HttpServerResponse response) {
		HandshakeDecision decision = this.policy.decide(request.scheme(), authority(request),
				new HttpHeaders(new Netty4HeadersAdapter(request.requestHeaders())),
				new HttpHeaders(new Netty4HeadersAdapter(response.responseHeaders())));
		if (!decision.isAccepted()) {
			logger.debug("Handshake for " + request.uri() + " refused: " + decision.reason());
		}
		return decision.isAccepted();
	}

	private static String authority(HttpServerRequest request) {
		String host = request.hostName();
		boolean literal = host.indexOf(':') != -1 && !host.startsWith("[");
		return ((literal) ? "[" + host + "]" : host) + ":" + request.hostPort();
	}

}
