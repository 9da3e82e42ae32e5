package io.github.websockethttp2.server;

import io.micrometer.observation.Observation;
import io.micrometer.observation.transport.RequestReplyReceiverContext;
import reactor.netty.http.server.HttpServerResponse;
import reactor.util.context.ContextView;

/**
 * The exchange of a handshake, as its observation holds it. The observation stays in the
 * Reactor context of the session's handler, as the parent of what is observed there, but
 * it must not keep the request and the response for as long as the session lives.
 */
final class ObservedExchange {

	/** Where Micrometer has the observation in a Reactor context. */
	private static final String KEY = "micrometer.observation";

	private ObservedExchange() {
	}

	/**
	 * Has the observation let go of the exchange when it is over.
	 * @param response the response of the exchange
	 * @param context the Reactor context of the exchange
	 */
	static void releaseAtEnd(HttpServerResponse response, ContextView context) {
		Object value = context.getOrDefault(KEY, null);
		if (value instanceof Observation observation
				&& observation.getContext() instanceof RequestReplyReceiverContext<?, ?> exchange) {
			response.withConnection((connection) -> connection.onTerminate()
				.subscribe(null, (ex) -> release(exchange), () -> release(exchange)));
		}
	}

	@SuppressWarnings("NullAway") // The getters may return null, the setters just say not
	private static void release(RequestReplyReceiverContext<?, ?> exchange) {
		exchange.setCarrier(null);
		exchange.setResponse(null);
	}

}
