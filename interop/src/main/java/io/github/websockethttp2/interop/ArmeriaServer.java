package io.github.websockethttp2.interop;

import java.io.File;
import java.net.InetSocketAddress;
import java.security.KeyStore;
import java.util.function.BiConsumer;

import javax.net.ssl.KeyManagerFactory;

import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import com.linecorp.armeria.common.websocket.CloseWebSocketFrame;
import com.linecorp.armeria.common.websocket.WebSocket;
import com.linecorp.armeria.common.websocket.WebSocketCloseStatus;
import com.linecorp.armeria.common.websocket.WebSocketFrame;
import com.linecorp.armeria.common.websocket.WebSocketWriter;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.websocket.WebSocketService;
import com.linecorp.armeria.server.websocket.WebSocketServiceBuilder;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Armeria: {@code PORT [KEY_STORE PASSWORD]}.
 */
final class ArmeriaServer {

	private static final int MAX_FRAME = 2 * 1024 * 1024;

	private ArmeriaServer() {
	}

	public static void main(String[] args) throws Exception {
		ServerBuilder builder = Server.builder()
			.port(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])),
					(args.length > 1) ? SessionProtocol.HTTPS : SessionProtocol.HTTP)
			.service("/echo", service("/echo", WebSocketWriter::write).build())
			.service("/chat", service("/chat", WebSocketWriter::write).subprotocols("chat").build())
			.service("/fragments", service("/fragments", ArmeriaServer::fragment).build())
			.service("/close", service("/close",
					(writer, frame) -> writer.close(WebSocketCloseStatus.ofPrivateUse(4000, "enough"), "enough"))
				.build())
			.service("/abort", service("/abort", (writer, frame) -> writer.abort(ClosedStreamException.get())).build());
		if (args.length > 1) {
			KeyStore keyStore = KeyStore.getInstance(new File(args[1]), args[2].toCharArray());
			KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
			keys.init(keyStore, args[2].toCharArray());
			builder.tls(keys);
		}
		builder.build().start().join();
	}

	private static WebSocketServiceBuilder service(String path, BiConsumer<WebSocketWriter, WebSocketFrame> onFrame) {
		return WebSocketService.builder((context, in) -> {
			WebSocketWriter writer = WebSocket.streaming();
			in.subscribe(new Reader(path, writer, onFrame));
			return writer;
		}).maxFramePayloadLength(MAX_FRAME);
	}

	private static void fragment(WebSocketWriter writer, WebSocketFrame frame) {
		String text = frame.text();
		int third = text.length() / 3;
		writer.write(WebSocketFrame.ofText(text.substring(0, third), false));
		writer.write(WebSocketFrame.ofContinuation(text.substring(third, 2 * third), false));
		writer.write(WebSocketFrame.ofContinuation(text.substring(2 * third), true));
	}

	/**
	 * Hands every frame on.
	 *
	 * @param path the path of the service
	 * @param writer the answers
	 * @param onFrame what becomes of a frame with data
	 */
	private record Reader(String path, WebSocketWriter writer,
			BiConsumer<WebSocketWriter, WebSocketFrame> onFrame) implements Subscriber<WebSocketFrame> {

		@Override
		public void onSubscribe(Subscription subscription) {
			subscription.request(Long.MAX_VALUE);
		}

		@Override
		public void onNext(WebSocketFrame frame) {
			if (frame instanceof CloseWebSocketFrame close) {
				System.out.println("closed " + this.path + " " + close.status().code());
				this.writer.write(frame);
				this.writer.close();
			}
			else {
				this.onFrame.accept(this.writer, frame);
			}
		}

		@Override
		public void onError(Throwable ex) {
			System.out.println("closed " + this.path + " " + ex);
			this.writer.close(ex);
		}

		@Override
		public void onComplete() {
			this.writer.close();
		}

	}

}
