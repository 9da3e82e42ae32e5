package io.github.websockethttp2.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.testsupport.Close;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.Often;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Opens a thousand sessions through a proxy, or two hundred, some seventy at a time, ends
 * them in every way from either side, and sees to it that nothing is lost and nothing is
 * left.
 */
final class ThousandSessions {

	private static final int BATCHES = Often.times(3, 14);

	private static final int OF_EACH_ENDING = 12;

	/** Two or three are seen; what must not be is one more with every end. */
	private static final int MAX_CONNECTIONS = 8;

	private final TestServer server;

	private final Transport transport;

	private final int port;

	private final WebSocketSessions sessions;

	private final ProxiedServer.Seen seen;

	/**
	 * Describe the run.
	 * @param server the application, which is a {@link ProxiedServer}
	 * @param transport how clients talk to the proxy
	 * @param port the port of the proxy
	 */
	ThousandSessions(TestServer server, Transport transport, int port) {
		this.server = server;
		this.transport = transport;
		this.port = port;
		this.sessions = this.server.bean(WebSocketSessions.class);
		this.seen = this.server.bean(ProxiedServer.Seen.class);
	}

	void run() {
		try (LogCapture log = LogCapture.start(); WebSocketConnection connection = this.transport.connect(this.port)) {
			WebSocketStream steady = connection.open(ProxiedServer.ECHO);
			for (int i = 0; i < BATCHES; i++) {
				runBatch();
			}
			awaitSessions(1);
			echo(steady);
			assertThat(this.seen.closeStatuses()).isEqualTo(expectedCloseStatuses());
			assertThat(this.seen.connectionIds()).hasSizeLessThanOrEqualTo(MAX_CONNECTIONS);
			assertThat(this.seen.goAways()).doesNotContain(ProxiedServer.Seen.SENT);
			log.assertNothingAbove(Level.DEBUG);
		}
		awaitSessions(0);
		assertThat(this.seen.goAways()).doesNotContain(ProxiedServer.Seen.RECEIVED_ERROR);
	}

	private void runBatch() {
		List<Group> groups = new ArrayList<>();
		for (Ending ending : Ending.values()) {
			groups.add(new Group(ending));
		}
		groups.forEach((group) -> group.open(this.transport, this.port));
		groups.forEach(Group::end);
		groups.forEach(Group::awaitEnd);
	}

	private void awaitSessions(int count) {
		Awaitility.await().until(this.sessions::getCount, (open) -> open == count);
	}

	private static Map<Integer, Integer> expectedCloseStatuses() {
		int ofEach = BATCHES * OF_EACH_ENDING;
		return Map.of(1000, ofEach, 4000, 2 * ofEach, 4001, ofEach, 1006, 2 * ofEach);
	}

	private static void echo(WebSocketStream socket) {
		socket.sendText("hello");
		assertThat(socket.awaitText()).isEqualTo("hello");
	}

	/**
	 * How sessions end.
	 */
	private enum Ending {

		CLIENT_CLOSES(ProxiedServer.ECHO),

		HANDLER_COMPLETES(ProxiedServer.COMPLETE),

		HANDLER_CLOSES(ProxiedServer.CLOSE),

		/** The handler closes, and the client leaves without an answer. */
		HANDLER_CLOSES_UNANSWERED(ProxiedServer.CLOSE),

		/** The end of TCP without a word. */
		CLIENT_LEAVES(ProxiedServer.ECHO),

		/** A reset of TCP. */
		CLIENT_DIES(ProxiedServer.ECHO);

		private final String path;

		Ending(String path) {
			this.path = path;
		}

	}

	/**
	 * Sessions that end in the same way: over HTTP/1.1 a connection each, over HTTP/2 all
	 * on one.
	 */
	private static final class Group {

		private final Ending ending;

		private final List<WebSocketConnection> connections = new ArrayList<>();

		private final List<WebSocketStream> sockets = new ArrayList<>();

		Group(Ending ending) {
			this.ending = ending;
		}

		void open(Transport transport, int port) {
			for (int i = 0; i < OF_EACH_ENDING; i++) {
				if (!transport.isHttp2() || this.connections.isEmpty()) {
					this.connections.add(transport.connect(port));
				}
				WebSocketStream socket = this.connections.get(this.connections.size() - 1).open(this.ending.path);
				this.sockets.add(socket);
				if (this.ending.path.equals(ProxiedServer.ECHO)) {
					echo(socket);
				}
			}
		}

		void end() {
			switch (this.ending) {
				case CLIENT_CLOSES -> this.sockets.forEach((socket) -> socket.sendClose(4001, "bye"));
				case HANDLER_COMPLETES, HANDLER_CLOSES, HANDLER_CLOSES_UNANSWERED ->
					this.sockets.forEach((socket) -> socket.sendText("last"));
				case CLIENT_LEAVES -> this.connections.forEach(WebSocketConnection::close);
				case CLIENT_DIES -> this.connections.forEach(WebSocketConnection::abort);
			}
		}

		void awaitEnd() {
			this.sockets.forEach(this::awaitEnd);
			this.connections.forEach(WebSocketConnection::close);
		}

		private void awaitEnd(WebSocketStream socket) {
			switch (this.ending) {
				case CLIENT_CLOSES -> {
					assertThat(socket.awaitClose().code()).isEqualTo(4001);
					socket.awaitEndOfBytes();
				}
				case HANDLER_COMPLETES -> awaitCloseByHandler(socket, new Close(1000, ""), true);
				case HANDLER_CLOSES -> awaitCloseByHandler(socket, ProxiedServer.CLOSED, true);
				case HANDLER_CLOSES_UNANSWERED -> awaitCloseByHandler(socket, ProxiedServer.CLOSED, false);
				case CLIENT_LEAVES, CLIENT_DIES -> {
					// Nobody is left to see anything
				}
			}
		}

		private static void awaitCloseByHandler(WebSocketStream socket, Close close, boolean answer) {
			assertThat(socket.awaitText()).isEqualTo("last");
			assertThat(socket.awaitClose()).isEqualTo(close);
			if (answer) {
				socket.sendClose(close.code(), "");
				socket.awaitEndOfBytes();
			}
		}

	}

}
