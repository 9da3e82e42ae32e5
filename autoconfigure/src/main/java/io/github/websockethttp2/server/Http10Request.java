package io.github.websockethttp2.server;

import io.netty.handler.codec.http.HttpVersion;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;

/**
 * An HTTP/1.0 request, whose {@code Upgrade} field must be ignored (RFC 9110, section
 * 7.8). The application does not see the field, so nobody upgrades.
 */
final class Http10Request extends ServerHttpRequestDecorator {

	private final HttpHeaders headers;

	private Http10Request(ServerHttpRequest request) {
		super(request);
		HttpHeaders headers = HttpHeaders.copyOf(request.getHeaders());
		headers.remove(HttpHeaders.UPGRADE);
		this.headers = HttpHeaders.readOnlyHttpHeaders(headers);
	}

	/**
	 * Hides the field if it must be ignored.
	 * @param request a request
	 * @return the request as the application sees it
	 */
	static ServerHttpRequest withoutUpgrade(ServerHttpRequest request) {
		if (!request.getHeaders().containsHeader(HttpHeaders.UPGRADE)) {
			return request;
		}
		HttpServerRequest reactorRequest = NativeExchange.request(request);
		boolean old = reactorRequest != null && reactorRequest.version().compareTo(HttpVersion.HTTP_1_1) < 0;
		return (old) ? new Http10Request(request) : request;
	}

	@Override
	public HttpHeaders getHeaders() {
		return this.headers;
	}

}
