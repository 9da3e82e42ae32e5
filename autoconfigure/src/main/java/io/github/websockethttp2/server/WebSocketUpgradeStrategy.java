package io.github.websockethttp2.server;

import java.security.Principal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import io.github.websockethttp2.channel.SessionOpening;
import io.github.websockethttp2.frame.PerMessageDeflate;
import io.github.websockethttp2.handshake.HandshakeDecision;
import io.github.websockethttp2.handshake.HandshakePolicy;
import io.github.websockethttp2.handshake.ObservedHandshake;
import io.github.websockethttp2.handshake.ReceivedRequest;
import io.github.websockethttp2.handshake.RefusalReason;
import io.github.websockethttp2.observation.WebSocketKey;
import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.SessionPermit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.util.context.Context;

import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.util.StringUtils;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.server.RequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import org.springframework.web.server.ServerWebExchange;

/**
 * Accepts or refuses a handshake, over HTTP/1.1 (RFC 6455, section 4.2) or HTTP/2 (RFC
 * 8441, section 5), and starts the session. Replaces Spring's strategy for Reactor Netty,
 * and applies the {@link WebsocketServerSpec} that was set on it.
 */
public final class WebSocketUpgradeStrategy extends ReactorNettyRequestUpgradeStrategy {

	private static final String VERSION = "Sec-WebSocket-Version";

	private static final String SUPPORTED_VERSION = "13";

	/** Seconds after which a client may retry that found no place. */
	private static final String RETRY_AFTER = "5";

	/** The default of a {@link WebsocketServerSpec}. */
	private static final int UNSET_MAX_FRAME_PAYLOAD_LENGTH = WebsocketServerSpec.builder()
		.build()
		.maxFramePayloadLength();

	private final StreamUpgrade streamUpgrade;

	private final HandshakePolicy policy;

	private final ReactorNettyRequestUpgradeStrategy replaced;

	private volatile @Nullable NettyDataBufferFactory bufferFactory;

	/**
	 * Create a strategy.
	 * @param streamUpgrade opens the sessions
	 * @param policy decides whether they may be opened
	 * @param replaced the strategy that it replaces
	 */
	public WebSocketUpgradeStrategy(StreamUpgrade streamUpgrade, HandshakePolicy policy,
			ReactorNettyRequestUpgradeStrategy replaced) {
		this.streamUpgrade = streamUpgrade;
		this.policy = policy;
		this.replaced = replaced;
	}

	/**
	 * Replaces a strategy of Spring's. Spring chooses by the class path, Jetty first, and
	 * so may have chosen a strategy that fails on this server.
	 * @param strategy the application's strategy
	 * @param streamUpgrade supplies what opens the sessions, if needed
	 * @param policy supplies the policy that decides whether they may be opened, if
	 * needed
	 * @return the strategy to use: the given one if it is of the application's own type
	 */
	public static RequestUpgradeStrategy replace(RequestUpgradeStrategy strategy, Supplier<StreamUpgrade> streamUpgrade,
			Supplier<? extends HandshakePolicy> policy) {
		if (strategy.getClass() == ReactorNettyRequestUpgradeStrategy.class) {
			return new WebSocketUpgradeStrategy(streamUpgrade.get(), policy.get(),
					(ReactorNettyRequestUpgradeStrategy) strategy);
		}
		boolean ofAnotherServer = strategy.getClass()
			.getPackageName()
			.equals(ReactorNettyRequestUpgradeStrategy.class.getPackageName());
		return (ofAnotherServer) ? replace(new ReactorNettyRequestUpgradeStrategy(), streamUpgrade, policy) : strategy;
	}

	@Override
	public WebsocketServerSpec getWebsocketServerSpec() {
		return this.replaced.getWebsocketServerSpec();
	}

	@Override
	public Mono<Void> upgrade(ServerWebExchange exchange, WebSocketHandler handler, @Nullable String subProtocol,
			Supplier<HandshakeInfo> handshakeInfoFactory) {
		HttpHeaders request = ReceivedRequest.of(exchange).getHeaders();
		ServerHttpResponse response = exchange.getResponse();
		Handshaker handshaker = handshaker(response);
		if (!List.of(SUPPORTED_VERSION).equals(request.get(VERSION))) {
			// RFC 6455, section 4.4
			response.getHeaders().set(VERSION, SUPPORTED_VERSION);
			handshaker.requireUpgrade(response.getHeaders());
			return Refusals.refuse(exchange, RefusalReason.VERSION,
					HandshakeDecision.refuse(HttpStatus.UPGRADE_REQUIRED,
							"its version is " + request.get(VERSION) + " and not " + SUPPORTED_VERSION));
		}
		String fault = handshaker.findFault(request);
		if (fault != null) {
			return Refusals.refuse(exchange, RefusalReason.MALFORMED,
					HandshakeDecision.refuse(HttpStatus.BAD_REQUEST, fault));
		}
		return this.policy.decide(exchange)
			.flatMap((decision) -> (decision.isAccepted())
					? Mono.defer(() -> admit(exchange, handler, handshakeInfoFactory))
					: Refusals.refuse(exchange, decision));
	}

	private static Handshaker handshaker(ServerHttpResponse response) {
		return (HandshakeResponse.of(response) != null) ? Rfc8441Handshaker.INSTANCE : Rfc6455Handshaker.INSTANCE;
	}

	/**
	 * Acquires a place in the budgets. Called on subscription, so that a handshake that
	 * is cancelled before acquires none, and one that is cancelled later releases it.
	 */
	private Mono<Void> admit(ServerWebExchange exchange, WebSocketHandler handler,
			Supplier<HandshakeInfo> handshakeInfoFactory) {
		ServerHttpResponse response = exchange.getResponse();
		HttpServerResponse reactorResponse = NativeExchange.response(response);
		if (reactorResponse == null) {
			return Refusals.refuse(exchange, HandshakeDecision.refuse(HttpStatus.NOT_IMPLEMENTED,
					"There is no connection of Reactor Netty's to upgrade, as in a test without a server"));
		}
		SessionPermit permit = this.streamUpgrade.tryAcquire(reactorResponse);
		if (permit == null) {
			response.getHeaders().set(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
			return Refusals.refuse(exchange,
					(this.streamUpgrade.isDraining()) ? RefusalReason.DRAINING : RefusalReason.BUDGET,
					HandshakeDecision.refuse(HttpStatus.SERVICE_UNAVAILABLE,
							"there is no place for another session, see websocket.http2.max-sessions and "
									+ "websocket.http2.max-sessions-per-connection; or the server is going down"));
		}
		// Deferred, so that the permit is released whatever fails
		return Mono.defer(() -> accept(exchange, handler, handshakeInfoFactory.get(), reactorResponse, permit))
			.doOnError((ex) -> permit.releaseUnclaimed())
			.doOnCancel(permit::releaseUnclaimed);
	}

	private Mono<Void> accept(ServerWebExchange exchange, WebSocketHandler handler, HandshakeInfo info,
			HttpServerResponse reactorResponse, SessionPermit permit) {
		return exchange.getPrincipal()
			.map(Optional::of)
			.defaultIfEmpty(Optional.empty())
			.zipWith(HandlerContext.get())
			.flatMap((known) -> accept(exchange, handler, info, known.getT1(), reactorResponse, permit, known.getT2()));
	}

	private Mono<Void> accept(ServerWebExchange exchange, WebSocketHandler handler, HandshakeInfo info,
			Optional<Principal> principal, HttpServerResponse reactorResponse, SessionPermit permit, Context context) {
		HttpHeaders request = exchange.getRequest().getHeaders();
		ServerHttpResponse response = exchange.getResponse();
		Handshaker handshaker = handshaker(response);
		String selected = selectProtocol(request.get(Handshaker.PROTOCOL), handler.getSubProtocols());
		PerMessageDeflate compression = negotiateCompression(request.get(Handshaker.EXTENSIONS));
		// The principal itself, since the exchange's Mono would keep the exchange
		HandshakeInfo kept = new CompactHandshakeInfo(info, handshaker.received(info.getHeaders()),
				attributes(exchange, info), Mono.justOrEmpty(principal), selected);
		SessionOpening opening = opening(exchange, handler, kept, principal.map(Principal::getName).orElse(null),
				compression, permit);
		if (!ExpiringResponse.beginCommit(response)) {
			return Mono.never();
		}
		handshaker.accept(ReceivedRequest.of(exchange).getHeaders(), response);
		Handshaker.agree(response.getHeaders(), selected, compression);
		// Completing the response runs what filters do before the commit
		return response.setComplete()
			.doOnError((ex) -> handshaker.withdraw(response.getHeaders()))
			.then(Mono.defer(() -> ObservedHandshake.accepting(response,
					this.streamUpgrade.upgrade(reactorResponse, opening, context, (id) -> link(exchange, id)))));
	}

	/**
	 * Lets the trace of a handshake be found by the id of its session.
	 */
	private static void link(ServerWebExchange exchange, String sessionId) {
		ServerRequestObservationContext.findCurrent(exchange.getAttributes())
			.ifPresent((context) -> context.addHighCardinalityKeyValue(WebSocketKey.SESSION_ID.withValue(sessionId)));
	}

	private static Map<String, Object> attributes(ServerWebExchange exchange, HandshakeInfo info) {
		Object webSession = exchange.getAttribute(LiveSession.WEB_SESSION_ATTRIBUTE);
		if (webSession == null) {
			return info.getAttributes();
		}
		Map<String, Object> attributes = new HashMap<>(info.getAttributes());
		attributes.put(LiveSession.WEB_SESSION_ATTRIBUTE, webSession);
		return attributes;
	}

	private @Nullable PerMessageDeflate negotiateCompression(@Nullable List<String> offers) {
		boolean enabled = this.streamUpgrade.settings().compression() || getWebsocketServerSpec().compress();
		return (enabled && offers != null) ? PerMessageDeflate.negotiate(offers) : null;
	}

	private static @Nullable String selectProtocol(@Nullable List<String> requested, List<String> supported) {
		if (requested != null && !supported.isEmpty()) {
			for (String value : requested) {
				for (String protocol : StringUtils.tokenizeToStringArray(value, ",")) {
					if (supported.contains(protocol)) {
						return protocol;
					}
				}
			}
		}
		return null;
	}

	private SessionOpening opening(ServerWebExchange exchange, WebSocketHandler handler, HandshakeInfo info,
			@Nullable String principalName, @Nullable PerMessageDeflate compression, SessionPermit permit) {
		Map<String, Object> attributes = new HashMap<>(info.getAttributes());
		Map<String, String> variables = exchange.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
		if (variables != null) {
			attributes.putAll(variables);
		}
		Object pattern = exchange.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
		WebsocketServerSpec spec = getWebsocketServerSpec();
		int maxMessageSize = (spec.maxFramePayloadLength() != UNSET_MAX_FRAME_PAYLOAD_LENGTH)
				? spec.maxFramePayloadLength() : this.streamUpgrade.settings().maxMessageSize();
		return new SessionOpening(this.streamUpgrade.wrap(handler), info, (pattern != null) ? pattern.toString() : "",
				principalName, (attributes.isEmpty()) ? Map.of() : attributes, bufferFactory(exchange), maxMessageSize,
				spec.handlePing(), compression, permit);
	}

	/**
	 * Returns a factory that sessions share, since every exchange has one of its own.
	 */
	private NettyDataBufferFactory bufferFactory(ServerWebExchange exchange) {
		NettyDataBufferFactory own = (NettyDataBufferFactory) exchange.getResponse().bufferFactory();
		NettyDataBufferFactory shared = this.bufferFactory;
		if (shared != null && shared.getByteBufAllocator() == own.getByteBufAllocator()) {
			return shared;
		}
		this.bufferFactory = own;
		return own;
	}

}
