package io.github.websockethttp2.sample.monitoring;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;

import io.github.websockethttp2.client.Http2WebSocketClient;
import io.github.websockethttp2.client.ReconnectingWebSocketClient;
import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.test.Transport;
import io.github.websockethttp2.test.WebSocketTestClient;
import io.github.websockethttp2.test.WebSocketTestSession;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.awaitility.Awaitility;
import reactor.core.Disposable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.client.WebSocketClient;

/**
 * Does to the sample all that its meters count, except for a shutdown, after which nobody
 * can ask it.
 */
final class SampleTraffic {

	/** How many of its streams a connection may use for sessions. */
	static final int MAX_SESSIONS = 4;

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final String ECHO = "/ws/echo";

	private static final String TICKER = "/ws/ticker";

	private final int port;

	private final WebSocketTestClient testClient;

	private final Http2WebSocketClient.Builder clientBuilder;

	private final WebSocketSessions sessions;

	private final HttpClient httpClient;

	/**
	 * Create traffic.
	 * @param port the port of the page
	 * @param testClient opens sockets whose meters nobody scrapes
	 * @param clientBuilder that of the application, which has meters
	 * @param sessions the sessions of the application
	 */
	SampleTraffic(int port, WebSocketTestClient testClient, Http2WebSocketClient.Builder clientBuilder,
			WebSocketSessions sessions) throws Exception {
		this.port = port;
		this.testClient = testClient;
		this.clientBuilder = clientBuilder.tls((context) -> context.trustManager(InsecureTrustManagerFactory.INSTANCE));
		this.sessions = sessions;
		SSLContext trusting = SSLContext.getInstance("TLS");
		trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
		this.httpClient = HttpClient.newBuilder().sslContext(trusting).build();
	}

	/**
	 * Opens a session that sends, but does not read what comes back.
	 */
	WebSocketTestSession openSlowSession() {
		WebSocketTestSession session = this.testClient.connect(ECHO).expectOpen();
		String text = "x".repeat(4000);
		for (int i = 0; i < 200; i++) {
			session.send(text);
		}
		return session;
	}

	/**
	 * Opens a session that reads nothing, so that it answers no ping either.
	 */
	WebSocket openSilentSession() throws Exception {
		return this.httpClient.newWebSocketBuilder().buildAsync(url(this.port, ECHO), new WebSocket.Listener() {

			@Override
			public void onOpen(WebSocket socket) {
				// Does not ask for a message
			}

		}).get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
	}

	/**
	 * Opens sessions, sends something and closes them, and is refused.
	 */
	void openAndCloseSessions() {
		for (Transport transport : List.of(Transport.HTTP_1_1, Transport.H2)) {
			WebSocketTestClient client = this.testClient.over(transport);
			client.connect(ECHO).expectOpen().send("hello").expectText("hello").close(1000).expectClosed(1000);
			client.connect(ECHO).header("Origin", "https://evil.example").expectRefused(HttpStatus.FORBIDDEN);
			client.connect("/ws/nowhere").expectRefused(HttpStatus.NOT_FOUND);
		}
	}

	/**
	 * Has the sample be a client of itself. A connection has no room for all the sockets,
	 * one goes to the port without HTTP/2, and each is closed once by the server.
	 */
	void openAndCloseSockets() throws Exception {
		WebSocketClient client = ReconnectingWebSocketClient.builder(this.clientBuilder.build())
			.firstBackoff(Duration.ofMillis(1))
			.build();
		Stream<Integer> ports = Stream.concat(Stream.generate(() -> this.port).limit(MAX_SESSIONS + 1),
				Stream.of(http1Port()));
		List<Disposable> sockets = ports
			.map((port) -> client.execute(url(port, TICKER), (session) -> session.receive().then()).subscribe())
			.toList();
		List<LiveSession> first = awaitTickers(sockets.size(), List.of());
		first.forEach((session) -> session.close(CloseStatus.SERVICE_RESTARTED).block(TIMEOUT));
		awaitTickers(sockets.size(), first);
		sockets.forEach(Disposable::dispose);
		awaitTickers(0, List.of());
	}

	private List<LiveSession> awaitTickers(int count, List<LiveSession> others) {
		return Awaitility.await()
			.atMost(TIMEOUT)
			.until(() -> this.sessions.getAll()
				.stream()
				.filter((session) -> session.getPathPattern().equals(TICKER) && !others.contains(session))
				.toList(), (tickers) -> tickers.size() == count);
	}

	private int http1Port() throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + this.port + "/api/listeners"))
			.build();
		String listeners = this.httpClient.send(request, BodyHandlers.ofString()).body();
		return new JsonMapper().readTree(listeners).get("http1Port").asInt();
	}

	private static URI url(int port, String path) {
		return URI.create("wss://localhost:" + port + path);
	}

}
