package io.github.websockethttp2.server;

import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * Presents an extended CONNECT (RFC 8441, section 5) as the GET handshake that it is
 * equivalent to (RFC 6455, section 4.1), in front of everything else in the application:
 *
 * <pre>
 *   client sends                          application sees
 *   :method = CONNECT                     GET /chat
 *   :protocol = websocket                 host: server.example.com
 *   :scheme = https                       upgrade: websocket
 *   :path = /chat                         connection: Upgrade
 *   :authority = server.example.com       sec-websocket-key: (a constant)
 *   sec-websocket-protocol = chat         sec-websocket-protocol: chat
 *   sec-websocket-version = 13            sec-websocket-version: 13
 *   origin = http://www.example.com       origin: http://www.example.com
 * </pre>
 *
 * <p>
 * The three fields that HTTP/2 does not have are present while the handshake is decided;
 * the session's handler sees the fields that the client sent. The application does what
 * it would do for the GET. A successful answer that does not upgrade becomes a 404. A
 * CONNECT that is not a WebSocket handshake is answered with 405 (RFC 9110, section
 * 15.5.6).
 */
public final class ExtendedConnectHttpHandler implements HttpHandler {

	private static final Log logger = LogFactory.getLog(ExtendedConnectHttpHandler.class);

	static final HttpMethod CONNECT = HttpMethod.valueOf("CONNECT");

	private static final Set<HttpMethod> ALLOWED = Set.of(HttpMethod.values());

	private final HttpHandler delegate;

	/**
	 * Create a handler.
	 * @param delegate handles the presented request
	 */
	public ExtendedConnectHttpHandler(HttpHandler delegate) {
		this.delegate = delegate;
	}

	@Override
	public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
		if (!CONNECT.equals(request.getMethod())) {
			return this.delegate.handle(Http10Request.withoutUpgrade(request), response);
		}
		HttpServerResponse reactorResponse = NativeExchange.response(response);
		if (reactorResponse == null || !isHandshake(request)) {
			logger.debug("CONNECT " + request.getPath()
					+ " refused with 405: it is no WebSocket, or this server offers none " + "over HTTP/2");
			response.setStatusCode(HttpStatus.METHOD_NOT_ALLOWED);
			response.getHeaders().setAllow(ALLOWED);
			return response.setComplete();
		}
		HandshakeResponse handshake = new HandshakeResponse(request, response, reactorResponse);
		return this.delegate.handle(new PresentedRequest(request), handshake)
			.doOnSuccess((done) -> handshake.handled());
	}

	private static boolean isHandshake(ServerHttpRequest request) {
		HttpServerRequest reactorRequest = NativeExchange.request(request);
		return reactorRequest != null && StreamUpgrade.http2Handshake(reactorRequest) != null;
	}

}
