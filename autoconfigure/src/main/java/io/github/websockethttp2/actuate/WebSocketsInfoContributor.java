package io.github.websockethttp2.actuate;

import java.util.Map;
import java.util.function.Supplier;

import io.github.websockethttp2.server.http2.Http2Status;

import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/**
 * Contributes whether WebSockets are served over HTTP/2. Not a health indicator: an
 * application without HTTP/2 is well, and goes on over HTTP/1.1.
 */
public class WebSocketsInfoContributor implements InfoContributor {

	private final Supplier<Http2Status> status;

	/**
	 * Create a contributor.
	 * @param status supplies the status
	 */
	public WebSocketsInfoContributor(Supplier<Http2Status> status) {
		this.status = status;
	}

	@Override
	public void contribute(Info.Builder builder) {
		Http2Status status = this.status.get();
		builder.withDetail("websockets", Map.of("http2", Map.of("on", status.isOn(), "detail", status.detail())));
	}

}
