package io.github.websockethttp2.topic;

import java.util.ArrayList;
import java.util.List;

import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two thousand sessions in a topic, of which one in a hundred does not read.
 */
class ManySubscribersTests {

	private static final int CONNECTIONS = 20;

	private static final int SESSIONS = 99;

	private static final int STALLED = 20;

	private static final int MESSAGES = 100;

	private static final String PADDING = " ".repeat(4000);

	@Test
	void allGetEverythingButThoseWhoDoNotRead() {
		try (TestServer server = TestServer.start(Transport.H2C, TopicHandlers.class,
				"websocket.http2.close-timeout=1s")) {
			Topic<String> topic = TopicHandlers.topic(server, "news");
			LocalTopics topics = server.bean(LocalTopics.class);
			List<Http2Client> clients = new ArrayList<>();
			try {
				List<WebSocketStream> reading = new ArrayList<>();
				for (int i = 0; i < CONNECTIONS; i++) {
					Http2Client client = server.http2Builder()
						.connectionWindowIncrement(100_000_000)
						.timeout(Waiting.LONG_TIMEOUT)
						.connect();
					clients.add(client);
					for (int j = 0; j < SESSIONS; j++) {
						reading.add(client.openWebSocket("/topics/news"));
					}
				}
				Http2Client stalled = server.http2Builder()
					.initialWindowSize(0)
					.connectionWindowIncrement(100_000_000)
					.connect();
				clients.add(stalled);
				for (int i = 0; i < STALLED; i++) {
					stalled.openWebSocket("/topics/news");
				}
				TopicHandlers.awaitSubscribers(topic, CONNECTIONS * SESSIONS + STALLED);
				int accepted = 0;
				int closed = 0;
				for (int i = 0; i < MESSAGES; i++) {
					Delivery delivery = TopicHandlers.send(topic, i + PADDING);
					accepted += delivery.accepted();
					closed += delivery.closed();
					assertThat(delivery.dropped()).isZero();
					String expected = i + PADDING;
					reading.forEach((socket) -> assertThat(socket.awaitText()).isEqualTo(expected));
				}
				assertThat(closed).isEqualTo(STALLED);
				assertThat(accepted).isGreaterThan(CONNECTIONS * SESSIONS * MESSAGES);
				assertThat(topic.subscribers()).isEqualTo(CONNECTIONS * SESSIONS);
				assertThat(topics.getCounts().closed()).isEqualTo(STALLED);
				assertThat(topics.getCounts().dropped()).isZero();
			}
			finally {
				clients.forEach(Http2Client::close);
			}
			server.awaitNoSessions();
			assertThat(topics.size()).isZero();
			assertThat(topics.getCounts().subscribers()).isZero();
		}
	}

}
