package io.github.websockethttp2.server;

import java.util.List;

import reactor.core.publisher.Flux;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;

/**
 * An extended CONNECT, presented as the equivalent GET handshake.
 */
final class PresentedRequest extends ServerHttpRequestDecorator {

	private static final String KEY = Rfc6455Handshaker.KEY;

	/** Sixteen bytes (RFC 6455, section 4.1), which nobody reads over HTTP/2. */
	private static final String KEY_VALUE = "AAAAAAAAAAAAAAAAAAAAAA==";

	private final HttpHeaders headers;

	PresentedRequest(ServerHttpRequest connect) {
		super(connect);
		this.headers = HttpHeaders.copyOf(connect.getHeaders());
		// These come from the conversion to HTTP/1.1 objects, not from the client
		this.headers.remove(HttpHeaders.TRANSFER_ENCODING);
		List.copyOf(this.headers.headerNames())
			.stream()
			.filter((name) -> name.regionMatches(true, 0, "x-http2-", 0, 8))
			.forEach(this.headers::remove);
		this.headers.set(HttpHeaders.UPGRADE, "websocket");
		this.headers.set(HttpHeaders.CONNECTION, "Upgrade");
		if (!this.headers.containsHeader(KEY)) {
			this.headers.set(KEY, KEY_VALUE);
		}
	}

	/**
	 * Returns the headers that the client sent.
	 * @param presented the headers as the application saw them
	 * @return a copy, without those that were added
	 */
	static HttpHeaders asSent(HttpHeaders presented) {
		HttpHeaders headers = HttpHeaders.copyOf(presented);
		headers.remove(HttpHeaders.UPGRADE);
		headers.remove(HttpHeaders.CONNECTION);
		if (KEY_VALUE.equals(headers.getFirst(KEY))) {
			headers.remove(KEY);
		}
		return headers;
	}

	@Override
	public HttpMethod getMethod() {
		return HttpMethod.GET;
	}

	@Override
	public HttpHeaders getHeaders() {
		return this.headers;
	}

	@Override
	public Flux<DataBuffer> getBody() {
		// A handshake has no body: what follows belongs to the session
		return Flux.empty();
	}

}
