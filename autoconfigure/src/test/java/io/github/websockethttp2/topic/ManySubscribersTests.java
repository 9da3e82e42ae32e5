package io.github.websockethttp2.topic;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.Often;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Very many sessions in a topic, of which one in a hundred does not read. What becomes of
 * each message is known to the last one.
 */
class ManySubscribersTests {

	/** 10,000 in the profile soak. */
	private static final int ALL = Integer.getInteger("soak.subscribers", Often.times(600, 2_000));

	private static final int PER_CONNECTION = 99;

	private static final int READING = ALL / 100 * PER_CONNECTION;

	/** So many are closed for it, and of as many the oldest messages are dropped. */
	private static final int STALLED = ALL / 200;

	private static final int MESSAGES = 40;

	private static final String PADDING = " ".repeat(4000);

	private final List<Http2Client> clients = new ArrayList<>();

	@Test
	void allGetEverythingButThoseWhoDoNotRead() {
		try (TestServer server = TestServer.start(Transport.H2C, TopicHandlers.class,
				"websocket.http2.close-timeout=1s")) {
			Topic<String> topic = TopicHandlers.topic(server, "news");
			TopicCounts counts = server.bean(LocalTopics.class).getCounts();
			try {
				List<WebSocketStream> reading = openReading(server);
				Http2Client slow = connect(server, 0);
				openStalled(slow, "/topics/news");
				List<WebSocketStream> lossy = openStalled(slow, "/topics/news/oldest");
				TopicHandlers.awaitSubscribers(topic, READING + 2 * STALLED);
				int dropped = sendAll(topic, reading);
				assertThat(topic.subscribers()).isEqualTo(READING + STALLED);
				assertThat(counts.closed()).isEqualTo(STALLED);
				assertThat(counts.dropped()).isEqualTo(dropped).isEqualTo((long) STALLED * (dropped / STALLED));
				int received = MESSAGES - dropped / STALLED;
				int first = awaitWithGap(lossy, received);
				// Those who were closed had got what comes before the gap
				assertThat(counts.delivered()).isEqualTo((long) READING * MESSAGES + STALLED * (received + first));
			}
			finally {
				this.clients.forEach(Http2Client::close);
			}
			server.awaitNoSessions();
			assertThat(server.bean(LocalTopics.class).size()).isZero();
			assertThat(counts.subscribers()).isZero();
		}
	}

	private Http2Client connect(TestServer server, int window) {
		Http2Client client = server.http2Builder()
			.initialWindowSize(window)
			.connectionWindowIncrement(100_000_000)
			.timeout(Waiting.LONG_TIMEOUT)
			.connect();
		this.clients.add(client);
		return client;
	}

	private List<WebSocketStream> openReading(TestServer server) {
		List<WebSocketStream> reading = new ArrayList<>();
		while (reading.size() < READING) {
			Http2Client client = connect(server, 1_000_000);
			IntStream.range(0, PER_CONNECTION).forEach((i) -> reading.add(client.openWebSocket("/topics/news")));
		}
		return reading;
	}

	private static List<WebSocketStream> openStalled(Http2Client client, String path) {
		return IntStream.range(0, STALLED).mapToObj((i) -> client.openWebSocket(path)).toList();
	}

	/**
	 * Sends all messages. Everybody else has got one before the next is sent.
	 * @return how many messages were dropped
	 */
	private static int sendAll(Topic<String> topic, List<WebSocketStream> reading) {
		int dropped = 0;
		int present = READING + 2 * STALLED;
		for (int i = 0; i < MESSAGES; i++) {
			Delivery delivery = TopicHandlers.send(topic, i + PADDING);
			assertThat(delivery.accepted() + delivery.closed()).isEqualTo(present);
			assertThat(delivery.closed()).isIn(0, STALLED);
			assertThat(delivery.dropped()).isIn(0, STALLED);
			present -= delivery.closed();
			dropped += delivery.dropped();
			String expected = i + PADDING;
			reading.forEach((socket) -> assertThat(socket.awaitText()).isEqualTo(expected));
		}
		assertThat(present).isEqualTo(READING + STALLED);
		return dropped;
	}

	/**
	 * Lets those read who have missed something.
	 * @param lossy their sessions
	 * @param count how many messages each gets
	 * @return how many come before the gap
	 */
	private static int awaitWithGap(List<WebSocketStream> lossy, int count) {
		lossy.forEach((socket) -> socket.stream().windowUpdate(10_000_000));
		int first = 0;
		for (WebSocketStream socket : lossy) {
			List<Integer> numbers = IntStream.range(0, count)
				.mapToObj((i) -> Integer.valueOf(socket.awaitText().trim()))
				.toList();
			first = 0;
			while (numbers.get(first) == first) {
				first++;
			}
			assertThat(numbers).isEqualTo(numbers(first, count));
		}
		return first;
	}

	private static List<Integer> numbers(int first, int count) {
		return IntStream.concat(IntStream.range(0, first), IntStream.range(MESSAGES - count + first, MESSAGES))
			.boxed()
			.toList();
	}

}
