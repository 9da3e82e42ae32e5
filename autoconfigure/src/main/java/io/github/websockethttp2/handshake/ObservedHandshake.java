package io.github.websockethttp2.handshake;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.DisconnectedClientHelper;

/**
 * The response to a handshake whose outcome somebody wants to know. Those who refuse it
 * leave the reason here. Without a reason, the status tells. The outcome is told once.
 */
public final class ObservedHandshake extends ServerHttpResponseDecorator {

	private final HandshakeOutcomes outcomes;

	private final String protocol;

	private final HttpHeaders request;

	private final AtomicBoolean told = new AtomicBoolean();

	private volatile @Nullable ServerWebExchange exchange;

	private volatile @Nullable RefusalReason reason;

	ObservedHandshake(ServerHttpResponse response, HandshakeOutcomes outcomes, String protocol, HttpHeaders request) {
		super(response);
		this.outcomes = outcomes;
		this.protocol = protocol;
		this.request = request;
	}

	/**
	 * Finds the observed handshake beneath the decorators of others.
	 * @param response a response
	 * @return the handshake, or {@code null} if it is not observed
	 */
	public static @Nullable ObservedHandshake of(ServerHttpResponse response) {
		return DecoratedResponse.find(response, ObservedHandshake.class);
	}

	/**
	 * Leaves the reason why a handshake is being refused. The last one counts.
	 * @param response the response to the handshake
	 * @param reason the reason
	 */
	public static void leaveReason(ServerHttpResponse response, RefusalReason reason) {
		ObservedHandshake observed = of(response);
		if (observed != null) {
			observed.reason = reason;
		}
	}

	/**
	 * Keeps the exchange of a handshake, which knows the path pattern in the end.
	 */
	static void enter(ServerWebExchange exchange) {
		ObservedHandshake observed = of(exchange.getResponse());
		if (observed != null) {
			observed.exchange = exchange;
		}
	}

	/**
	 * Observes the upgrade of an accepted handshake. If it fails after the answer has
	 * been committed, the client has left, and there is no outcome.
	 * @param response the response to the handshake
	 * @param upgrade the upgrade
	 * @return the upgrade to subscribe to
	 */
	public static Mono<Void> accepting(ServerHttpResponse response, Mono<Void> upgrade) {
		ObservedHandshake observed = of(response);
		return (observed != null) ? upgrade.doOnSuccess((done) -> observed.upgraded()).doOnError(observed::failed)
				: upgrade;
	}

	/**
	 * A WebSocket has opened.
	 */
	public void accepted() {
		tell(this.outcomes::accepted);
	}

	/**
	 * The handshake has been refused.
	 * @param reason why
	 * @param status the status that the client got
	 */
	public void refused(RefusalReason reason, int status) {
		tell((handshake) -> this.outcomes.refused(handshake, new HandshakeRefusal(reason, status)));
	}

	/**
	 * A server may find something that it does not like, and answer by itself.
	 */
	private void upgraded() {
		HttpStatusCode code = getStatusCode();
		if (code != null && code.isError()) {
			refused(code.value());
		}
		else {
			accepted();
		}
	}

	private void failed(Throwable ex) {
		if (isCommitted()) {
			if (ex instanceof IOException || DisconnectedClientHelper.isClientDisconnectedException(ex)) {
				this.told.set(true);
			}
			else {
				refused(RefusalReason.ERROR, HttpStatus.INTERNAL_SERVER_ERROR.value());
			}
		}
	}

	/**
	 * The application is done.
	 */
	void answered() {
		HttpStatusCode code = getStatusCode();
		int status = (code != null) ? code.value() : HttpStatus.OK.value();
		if (this.protocol.equals(Handshake.HTTP_2) && status < HttpStatus.MULTIPLE_CHOICES.value()) {
			// A success without an upgrade is sent as a 404
			status = HttpStatus.NOT_FOUND.value();
		}
		if (status != HttpStatus.SWITCHING_PROTOCOLS.value()) {
			refused(status);
		}
	}

	/**
	 * The application has failed, and the server answers.
	 */
	void notAnswered() {
		if (!isCommitted()) {
			refused(HttpStatus.INTERNAL_SERVER_ERROR.value());
		}
	}

	private void refused(int status) {
		RefusalReason left = this.reason;
		refused((left != null) ? left : RefusalReason.of(status), status);
	}

	private void tell(Consumer<Handshake> outcome) {
		if (this.told.compareAndSet(false, true)) {
			outcome.accept(new Handshake(this.protocol, pathPattern(), this.request));
		}
	}

	private String pathPattern() {
		ServerWebExchange exchange = this.exchange;
		Object pattern = (exchange != null) ? exchange.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE)
				: null;
		return (pattern != null) ? pattern.toString() : "";
	}

}
