package io.github.websockethttp2.server.http2;

import java.util.Map;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * Checks the fields of a request before it becomes an HTTP request (RFC 9113, section
 * 8.3.1; RFC 8441, section 4).
 */
final class RequestFields {

	private static final CharSequence PROTOCOL = Http2Headers.PseudoHeaderName.PROTOCOL.value();

	private RequestFields() {
	}

	static boolean isConnect(Http2Headers headers) {
		return headers.method() != null && "CONNECT".contentEquals(headers.method());
	}

	/**
	 * Returns whether a CONNECT requests a WebSocket.
	 */
	static boolean isWebSocket(Http2Headers headers) {
		CharSequence protocol = headers.get(PROTOCOL);
		return protocol != null && "websocket".equalsIgnoreCase(protocol.toString());
	}

	/**
	 * Returns whether a CONNECT declares content, which it cannot have (RFC 9110, section
	 * 9.3.6). A length of 0 counts too: Netty would check the messages that follow
	 * against it.
	 */
	static boolean hasContent(Http2Headers headers) {
		return headers.contains(HttpHeaderNames.CONTENT_LENGTH);
	}

	/**
	 * Returns whether a request has to be answered with a stream error (RFC 9113, section
	 * 8.1.1). This concerns all requests, since Netty's conversion to HTTP/1.1 leaks a
	 * buffer for some of them.
	 */
	static boolean isMalformed(Http2Headers headers) {
		CharSequence method = headers.method();
		if (isEmpty(method) || HttpHeaderValidationUtil.validateToken(method) != -1 || hasControlCharacters(headers)) {
			return true;
		}
		boolean extended = headers.contains(PROTOCOL);
		if (!isConnect(headers)) {
			return extended || isEmpty(headers.scheme()) || !isPath(headers.path());
		}
		if (!extended) {
			return isEmpty(headers.authority());
		}
		return isEmpty(headers.authority()) || !isHttp(headers.scheme()) || !isPath(headers.path())
				|| !isAbsolute(headers.path());
	}

	/**
	 * Checks the values of fields (RFC 9113, section 8.2.1). Netty checks only the names.
	 */
	private static boolean hasControlCharacters(Http2Headers headers) {
		for (Map.Entry<CharSequence, CharSequence> field : headers) {
			CharSequence value = field.getValue();
			for (int i = 0; i < value.length(); i++) {
				char c = value.charAt(i);
				if (c == '\0' || c == '\r' || c == '\n') {
					return true;
				}
			}
		}
		return false;
	}

	/**
	 * Accepts both schemes, since a proxy that terminates TLS passes on the client's
	 * scheme.
	 */
	private static boolean isHttp(@Nullable CharSequence scheme) {
		return scheme != null && ("http".contentEquals(scheme) || "https".contentEquals(scheme));
	}

	private static boolean isPath(@Nullable CharSequence path) {
		return path != null && !path.isEmpty() && HttpUtil.isEncodingSafeStartLineToken(path);
	}

	private static boolean isAbsolute(@Nullable CharSequence path) {
		return path != null && path.charAt(0) == '/';
	}

	private static boolean isEmpty(@Nullable CharSequence value) {
		return value == null || value.isEmpty();
	}

}
