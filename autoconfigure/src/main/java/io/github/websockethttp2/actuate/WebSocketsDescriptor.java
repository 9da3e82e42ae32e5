package io.github.websockethttp2.actuate;

import java.util.List;

import io.github.websockethttp2.actuate.HandshakeJournal.HandshakesDescriptor;
import io.github.websockethttp2.actuate.HandshakeJournal.RefusalsDescriptor;
import io.github.websockethttp2.server.http2.Http2Status;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * The state of WebSockets in an application.
 *
 * @param http2 whether they are served over HTTP/2
 * @param sessions the open sessions, or {@code null} where they are not registered, as on
 * servers other than Reactor Netty
 * @param handshakes handshakes since the start, by version of HTTP
 * @param refusals refused handshakes by reason, the most frequent first
 * @param diagnosis what that means
 */
public record WebSocketsDescriptor(Http2Descriptor http2, @Nullable SessionTotals sessions,
		List<HandshakesDescriptor> handshakes, List<RefusalsDescriptor> refusals,
		List<Diagnosis.Finding> diagnosis) implements OperationResponseBody {

	/**
	 * Whether WebSockets are served over HTTP/2.
	 *
	 * @param on whether they are
	 * @param detail what the server offers, or why HTTP/2 is off
	 * @param server what the server offers, or {@code null} if it is not known
	 */
	public record Http2Descriptor(boolean on, String detail, Http2Status.@Nullable Server server) {

		static Http2Descriptor of(Http2Status status) {
			return new Http2Descriptor(status.isOn(), status.detail(), status.server());
		}

	}

}
