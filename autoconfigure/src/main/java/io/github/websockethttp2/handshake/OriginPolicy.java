package io.github.websockethttp2.handshake;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;

/**
 * Decides from which origins pages may open WebSockets (RFC 6455, section 10.2). A bean
 * of this type replaces the {@link SameOriginPolicy} and the properties for allowed
 * origins.
 */
public interface OriginPolicy extends HandshakePolicy, Ordered {

	/**
	 * Decides about a handshake that is not a WebFlux exchange, such as RSocket's. Called
	 * on the event loop, so it must not block.
	 * @param scheme the scheme of the request, {@code http} or {@code https}
	 * @param authority the host and port of the request
	 * @param request the headers of the request
	 * @param response the headers of the response so far
	 * @return the decision
	 */
	HandshakeDecision decide(String scheme, String authority, HttpHeaders request, HttpHeaders response);

	/**
	 * Runs first, since it costs least.
	 */
	@Override
	default int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

}
