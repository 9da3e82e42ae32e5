package com.example.servers;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * The JDK's client, as Reactor Netty is absent.
 */
class Client {

	private static final long TIMEOUT = 20;

	private final HttpClient client = HttpClient.newHttpClient();

	private final int port;

	Client(int port) {
		this.port = port;
	}

	String own() {
		return "http://127.0.0.1:" + this.port;
	}

	/**
	 * Opens a WebSocket, sends a message, and closes when it is answered.
	 * @param origin the origin of the page, or {@code null} for a client that has none
	 * @return the answer, once it is closed, or the status of the refusal
	 */
	String exchange(String path, String origin) throws Exception {
		Answer answer = new Answer();
		WebSocket.Builder builder = this.client.newWebSocketBuilder();
		if (origin != null) {
			builder.header("Origin", origin);
		}
		try {
			builder.buildAsync(URI.create("ws://127.0.0.1:" + this.port + path), answer)
				.orTimeout(TIMEOUT, TimeUnit.SECONDS)
				.join()
				.sendText("hello", true);
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof WebSocketHandshakeException refused) {
				return String.valueOf(refused.getResponse().statusCode());
			}
			throw ex;
		}
		return answer.closed.get(TIMEOUT, TimeUnit.SECONDS);
	}

	private static final class Answer implements WebSocket.Listener {

		private final CompletableFuture<String> closed = new CompletableFuture<>();

		private final StringBuilder text = new StringBuilder();

		@Override
		public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
			this.text.append(data);
			if (last) {
				socket.sendClose(4000, "bye");
			}
			socket.request(1);
			return null;
		}

		@Override
		public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
			this.closed.complete(this.text.toString());
			return null;
		}

		@Override
		public void onError(WebSocket socket, Throwable error) {
			this.closed.completeExceptionally(error);
		}

	}

}
