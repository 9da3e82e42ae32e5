package io.github.websockethttp2.client;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.Set;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLPeerUnverifiedException;

import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.codec.http2.Http2Exception;
import reactor.netty.channel.AbortedException;

/**
 * What may be different the next time.
 */
final class TransientErrors {

	/**
	 * Going away, lost, a server's error, its restart, its overload, and a gateway
	 * without it (RFC 6455, section 7.4, and its registry).
	 */
	private static final Set<Integer> CLOSE_CODES = Set.of(1001, 1006, 1011, 1012, 1013, 1014);

	static final Set<Integer> STATUSES = Set.of(429, 502, 503, 504);

	private TransientErrors() {
	}

	/**
	 * Returns whether it makes sense to try again.
	 * @param error the end of a session, or the error of a socket that was not opened
	 * @return whether it does
	 */
	static boolean isTransient(Throwable error) {
		if (error instanceof WebSocketClosedException closed) {
			return CLOSE_CODES.contains(closed.getCloseStatus().getCode());
		}
		if (error instanceof WebSocketClientHandshakeException refused) {
			// Reactor Netty's has no response where the connection was lost
			return refused.response() == null || STATUSES.contains(refused.response().status().code());
		}
		boolean network = error instanceof IOException || error instanceof TimeoutException
				|| error instanceof AbortedException || error instanceof Http2Exception;
		return network && !isOfIdentity(error);
	}

	/**
	 * Another server than the one that was meant remains that one.
	 */
	private static boolean isOfIdentity(Throwable error) {
		Throwable cause = error;
		while (cause != null) {
			if (cause instanceof CertificateException || cause instanceof SSLPeerUnverifiedException) {
				return true;
			}
			cause = cause.getCause();
		}
		return false;
	}

}
