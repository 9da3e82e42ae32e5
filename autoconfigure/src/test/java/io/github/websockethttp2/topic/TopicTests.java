package io.github.websockethttp2.topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Topic}.
 */
class TopicTests {

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(TopicHandlers.class);

	@AfterEach
	void nothingIsLeft() {
		SERVERS.awaitNoSessions();
		for (Transport transport : List.of(Transport.H1, Transport.H1_TLS)) {
			LocalTopics topics = SERVERS.server(transport).bean(LocalTopics.class);
			Awaitility.await().until(() -> topics.size() == 0 && topics.getCounts().subscribers() == 0);
		}
	}

	@ParameterizedTest
	@EnumSource
	void everybodyGetsEachMessageInOrder(Transport transport) {
		Topic<String> topic = TopicHandlers.topic(SERVERS.server(transport), "news");
		try (WebSocketConnection one = SERVERS.connect(transport);
				WebSocketConnection two = SERVERS.connect(transport)) {
			List<WebSocketStream> sockets = List.of(one.open("/topics/news"), two.open("/topics/news"));
			TopicHandlers.awaitSubscribers(topic, 2);
			for (int i = 0; i < 100; i++) {
				assertThat(TopicHandlers.send(topic, "message " + i)).isEqualTo(new Delivery(2, 0, 0));
			}
			for (WebSocketStream socket : sockets) {
				for (int i = 0; i < 100; i++) {
					assertThat(socket.awaitText()).isEqualTo("message " + i);
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void everybodyGetsTheMessagesOfManySendersInTheSameOrder(Transport transport) throws Exception {
		Topic<String> topic = TopicHandlers.topic(SERVERS.server(transport), "news");
		try (WebSocketConnection one = SERVERS.connect(transport);
				WebSocketConnection two = SERVERS.connect(transport)) {
			WebSocketStream first = one.open("/topics/news");
			WebSocketStream second = two.open("/topics/news");
			TopicHandlers.awaitSubscribers(topic, 2);
			CountDownLatch begin = new CountDownLatch(1);
			List<Thread> senders = IntStream.range(0, 4).mapToObj((number) -> new Thread(() -> {
				Waiting.await(begin);
				for (int i = 0; i < 100; i++) {
					TopicHandlers.send(topic, number + " " + i);
				}
			})).toList();
			senders.forEach(Thread::start);
			begin.countDown();
			int[] next = new int[4];
			for (int i = 0; i < 400; i++) {
				String text = first.awaitText();
				assertThat(second.awaitText()).isEqualTo(text);
				String[] parts = text.split(" ");
				assertThat(parts[1]).isEqualTo(String.valueOf(next[Integer.parseInt(parts[0])]++));
			}
			for (Thread sender : senders) {
				sender.join();
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void leavesWhenCancelled(Transport transport) {
		Topic<String> topic = TopicHandlers.topic(SERVERS.server(transport), "news");
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream leaving = TopicHandlers.join(connection, topic);
			TopicHandlers.send(topic, "hello");
			assertThat(leaving.awaitText()).isEqualTo("hello");
			leaving.sendText("I leave");
			assertThat(leaving.awaitText()).isEqualTo("I leave");
			TopicHandlers.awaitSubscribers(topic, 0);
			assertThat(TopicHandlers.send(topic, "nobody hears")).isEqualTo(Delivery.NONE);
			leaving.sendText("I stay");
			assertThat(leaving.awaitText()).isEqualTo("I stay");
		}
	}

	@ParameterizedTest
	@EnumSource
	void leavesWhenTheSessionEnds(Transport transport) {
		Topic<String> topic = TopicHandlers.topic(SERVERS.server(transport), "news");
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream closing = TopicHandlers.join(connection, topic);
			closing.sendClose(1000, "");
			assertThat(closing.awaitClose().code()).isEqualTo(1000);
			TopicHandlers.awaitSubscribers(topic, 0);
		}
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			TopicHandlers.join(connection, topic);
			connection.abort();
			TopicHandlers.awaitSubscribers(topic, 0);
		}
	}

	@ParameterizedTest
	@EnumSource
	void nothingFollowsTheCloseFrame(Transport transport) {
		Topic<String> topic = TopicHandlers.topic(SERVERS.server(transport), "news");
		Disposable sending = Flux.interval(Duration.ofMillis(1))
			.onBackpressureDrop()
			.concatMap((number) -> topic.send("message " + number))
			.subscribe();
		try {
			for (int i = 0; i < 20; i++) {
				try (WebSocketConnection connection = SERVERS.connect(transport)) {
					WebSocketStream socket = connection.open("/says/news");
					assertThat(socket.awaitText()).startsWith("message ");
					socket.sendClose(1000, "");
					assertThat(socket.skipToClose().code()).isEqualTo(1000);
					socket.awaitEndOfBytes();
				}
			}
		}
		finally {
			sending.dispose();
		}
	}

	@ParameterizedTest
	@EnumSource
	void sessionThatIsLostLeavesAndIsNotLogged(Transport transport) {
		TestServer server = SERVERS.server(transport);
		try (LogCapture log = LogCapture.start("reactor", Level.WARN);
				WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/says/news");
			socket.sendText("hello");
			assertThat(socket.awaitText()).isEqualTo("hello");
			connection.abort();
			TopicHandlers.awaitSubscribers(TopicHandlers.topic(server, "news"), 0);
			server.awaitNoSessions();
			assertThat(log.messages()).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource
	void ownMessagesAndThoseToAllStayInOrder(Transport transport) {
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/both/news");
			TopicHandlers.awaitSubscribers(TopicHandlers.topic(SERVERS.server(transport), "news"), 1);
			for (int i = 0; i < 100; i++) {
				socket.sendText(String.valueOf(i));
			}
			for (int i = 0; i < 100; i++) {
				assertThat(socket.awaitText()).isEqualTo("own " + i);
				assertThat(socket.awaitText()).isEqualTo("all " + i);
			}
		}
	}

	/**
	 * Own messages do not overtake those of the topic that wait.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void ownMessagesAndThoseToAllStayInOrderWhenTheyHaveToWait(Transport transport) {
		try (Http2Client client = SERVERS.http2Builder(transport)
			.initialWindowSize(0)
			.connectionWindowIncrement(10_000_000)
			.connect()) {
			WebSocketStream socket = client.openWebSocket("/both/news");
			LocalTopics topics = SERVERS.server(transport).bean(LocalTopics.class);
			TopicHandlers.awaitSubscribers(TopicHandlers.topic(SERVERS.server(transport), "news"), 1);
			String padding = "x".repeat(2000);
			long before = topics.getCounts().delivered();
			for (int i = 0; i < 100; i++) {
				socket.sendText(i + padding);
			}
			client.barrier();
			Awaitility.await().until(() -> topics.getCounts().delivered() > before + 10);
			socket.stream().windowUpdate(10_000_000);
			for (int i = 0; i < 100; i++) {
				assertThat(socket.awaitText()).startsWith("own " + i + "x");
				assertThat(socket.awaitText()).startsWith("all " + i + "x");
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void sessionSendsTheMessagesOfATopicAmongOthers(Transport transport) {
		Topic<String> topic = TopicHandlers.topic(SERVERS.server(transport), "news");
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/merged/news");
			TopicHandlers.awaitSubscribers(topic, 1);
			assertThat(TopicHandlers.send(topic, "to all")).isEqualTo(new Delivery(1, 0, 0));
			assertThat(socket.awaitText()).isEqualTo("to all");
			socket.sendText("own");
			assertThat(socket.awaitText()).isEqualTo("own");
		}
	}

	@Test
	void messagesComeAsValues() {
		Topic<String> topic = TopicHandlers.topic(SERVERS.server(Transport.H1), "news");
		List<Delivery> deliveries = new ArrayList<>();
		StepVerifier.create(topic.messages().take(2)).then(() -> {
			assertThat(topic.subscribers()).isEqualTo(1);
			topic.send("one").subscribe(deliveries::add);
			topic.send("two").subscribe(deliveries::add);
		}).expectNext("one", "two").verifyComplete();
		assertThat(deliveries).containsExactly(new Delivery(1, 0, 0), new Delivery(1, 0, 0));
		assertThat(topic.subscribers()).isZero();
	}

	/**
	 * Who throws leaves, and neither the sender nor the others hear of it.
	 */
	@Test
	void subscriberThatThrowsHarmsNobody() {
		Topic<String> topic = TopicHandlers.topic(SERVERS.server(Transport.H1), "news");
		topic.messages().subscribe((text) -> {
			throw new NoClassDefFoundError("from the application");
		});
		StepVerifier.create(topic.messages().take(1)).then(() -> {
			assertThat(topic.subscribers()).isEqualTo(2);
			assertThat(TopicHandlers.send(topic, "one")).isEqualTo(new Delivery(2, 0, 0));
		}).expectNext("one").verifyComplete();
		assertThat(topic.subscribers()).isZero();
	}

	@Test
	void topicHasOneTypeWhileSomebodyIsInIt() {
		TestServer server = SERVERS.server(Transport.H1);
		Topics topics = server.bean(Topics.class);
		Topic<Integer> numbers = topics.get("news", Integer.class);
		Topic<String> texts = topics.get("news", String.class);
		texts.messages().take(1).doOnSubscribe((subscription) -> {
			// Is in it
		}).subscribe();
		assertThatIllegalStateException().isThrownBy(() -> topics.get("news", Integer.class))
			.withMessageContaining("'news'")
			.withMessageContaining("java.lang.String")
			.withMessageContaining("java.lang.Integer");
		StepVerifier.create(numbers.send(1)).verifyError(IllegalStateException.class);
		StepVerifier.create(numbers.messages()).verifyError(IllegalStateException.class);
		TopicHandlers.send(texts, "end");
		assertThat(TopicHandlers.send(numbers, 1)).isEqualTo(Delivery.NONE);
	}

	@Test
	void typesAreTheSameIfWhatIsInThemIs() {
		Topics topics = SERVERS.server(Transport.H1).bean(Topics.class);
		Topic<List<String>> texts = topics.get("news", new ParameterizedTypeReference<List<String>>() {
		});
		Topic<List<Integer>> numbers = topics.get("news", new ParameterizedTypeReference<List<Integer>>() {
		});
		StepVerifier.create(texts.messages().take(1)).then(() -> {
			assertThatIllegalStateException().isThrownBy(() -> topics.get("news", List.class))
				.withMessageContaining("java.util.List<java.lang.String>");
			StepVerifier.create(numbers.send(List.of(1)))
				.verifyErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(IllegalStateException.class)
					.hasMessageContaining("java.util.List<java.lang.String>")
					.hasMessageContaining("java.util.List<java.lang.Integer>"));
			Topic<List<String>> same = topics.get("news", new ParameterizedTypeReference<List<String>>() {
			});
			assertThat(TopicHandlers.send(same, List.of("one"))).isEqualTo(new Delivery(1, 0, 0));
		}).expectNext(List.of("one")).verifyComplete();
		StepVerifier.create(topics.get("news", int.class).messages().take(1)).then(() -> {
			Topic<Integer> same = topics.get("news", new ParameterizedTypeReference<Integer>() {
			});
			assertThat(TopicHandlers.send(same, 1)).isEqualTo(new Delivery(1, 0, 0));
		}).expectNext(1).verifyComplete();
	}

}
