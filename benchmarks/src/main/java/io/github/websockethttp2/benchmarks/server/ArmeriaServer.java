package io.github.websockethttp2.benchmarks.server;

import java.net.InetSocketAddress;
import java.time.Duration;

import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.websocket.WebSocket;
import com.linecorp.armeria.common.websocket.WebSocketFrame;
import com.linecorp.armeria.common.websocket.WebSocketFrameType;
import com.linecorp.armeria.common.websocket.WebSocketWriter;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.websocket.WebSocketService;
import com.linecorp.armeria.server.websocket.WebSocketServiceHandler;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Armeria, with its own WebSocket service.
 */
final class ArmeriaServer {

	private ArmeriaServer() {
	}

	static int start(ServerSettings settings) throws Exception {
		boolean tls = settings.keyStore() != null;
		ServerBuilder builder = Server.builder()
			.port(new InetSocketAddress("127.0.0.1", 0), tls ? SessionProtocol.HTTPS : SessionProtocol.HTTP)
			.idleTimeout(Duration.ofMinutes(10))
			.http2MaxStreamsPerConnection(settings.streams())
			.service("/echo", service((ctx, in) -> WebSocket.of(in)))
			.service("/sink", service((ctx, in) -> WebSocket.of(in.map(ArmeriaServer::acknowledge))))
			.service("/push", service((ctx, in) -> {
				WebSocketWriter writer = WebSocket.streaming();
				in.subscribe(new Push(writer));
				return writer;
			}));
		if (settings.keyStore() != null) {
			builder.tls(KeyStores.keyManagers(settings.keyStore()));
		}
		Server server = builder.build();
		server.start().join();
		return server.activeLocalPort();
	}

	private static WebSocketService service(WebSocketServiceHandler handler) {
		return WebSocketService.builder(handler).maxFramePayloadLength(ServerSettings.MAX_MESSAGE).build();
	}

	private static WebSocketFrame acknowledge(WebSocketFrame frame) {
		if (frame.type() == WebSocketFrameType.CLOSE) {
			return frame;
		}
		frame.close();
		return WebSocketFrame.ofText("x");
	}

	/**
	 * Answers a request when the one before it has left.
	 */
	private static final class Push implements Subscriber<WebSocketFrame> {

		private final WebSocketWriter writer;

		@SuppressWarnings("NullAway.Init")
		private Subscription subscription;

		Push(WebSocketWriter writer) {
			this.writer = writer;
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			this.subscription = subscription;
			subscription.request(1);
		}

		@Override
		public void onNext(WebSocketFrame frame) {
			try (frame) {
				if (frame.type() != WebSocketFrameType.TEXT) {
					this.writer.close();
					return;
				}
				PushRequest request = PushRequest.parse(frame.text());
				String payload = request.payload();
				for (int i = 0; i < request.count(); i++) {
					this.writer.write(payload);
				}
				this.writer.whenConsumed().thenRun(() -> this.subscription.request(1));
			}
		}

		@Override
		public void onError(Throwable ex) {
			this.writer.close(ex);
		}

		@Override
		public void onComplete() {
			this.writer.close();
		}

	}

}
