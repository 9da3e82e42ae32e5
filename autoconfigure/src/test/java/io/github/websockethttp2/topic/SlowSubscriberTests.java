package io.github.websockethttp2.topic;

import java.util.ArrayList;
import java.util.List;

import io.github.websockethttp2.testsupport.Frame;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.test.StepVerifier;

import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.socket.CloseStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link SlowConsumer}: sessions that do not read beside one that does.
 */
class SlowSubscriberTests {

	/** More than the kernel takes on behalf of a peer that does not read. */
	private static final int MESSAGES = 1200;

	private static final String PADDING = " ".repeat(16_000);

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(TopicHandlers.class, "websocket.http2.close-timeout=1s");

	@AfterEach
	void nothingIsLeft() {
		SERVERS.awaitNoSessions();
	}

	@ParameterizedTest
	@EnumSource
	void oldestAreDropped(Transport transport) {
		try (Scene scene = new Scene(transport, "oldest")) {
			scene.sendAll();
			assertThat(scene.closed).isZero();
			assertThat(scene.accepted).isEqualTo(2 * MESSAGES);
			assertThat(scene.dropped).isBetween(1, MESSAGES - 1);
			scene.resume();
			assertThat(scene.numbersToTheLast()).hasSize(MESSAGES - scene.dropped)
				.isSorted()
				.doesNotHaveDuplicates()
				.startsWith(0)
				.endsWith(MESSAGES - 1);
		}
	}

	@ParameterizedTest
	@EnumSource
	void newestAreDropped(Transport transport) {
		try (Scene scene = new Scene(transport, "newest")) {
			scene.sendAll();
			assertThat(scene.closed).isZero();
			assertThat(scene.accepted + scene.dropped).isEqualTo(2 * MESSAGES);
			assertThat(scene.dropped).isBetween(1, MESSAGES - 1);
			scene.resume();
			for (int i = 0; i < MESSAGES - scene.dropped; i++) {
				assertThat(scene.number()).isEqualTo(i);
			}
			TopicHandlers.send(scene.topic, "-1 ");
			assertThat(scene.number()).isEqualTo(-1);
		}
	}

	@ParameterizedTest
	@EnumSource
	void onlyTheLastIsKept(Transport transport) {
		try (Scene scene = new Scene(transport, "latest")) {
			scene.sendAll();
			assertThat(scene.closed).isZero();
			assertThat(scene.accepted).isEqualTo(2 * MESSAGES);
			scene.resume();
			List<Integer> numbers = scene.numbersToTheLast();
			assertThat(numbers).hasSize(MESSAGES - scene.dropped).isSorted().doesNotHaveDuplicates();
		}
	}

	@ParameterizedTest
	@EnumSource
	void slowSessionIsClosed(Transport transport) {
		try (Scene scene = new Scene(transport, "close")) {
			scene.sendAll();
			assertThat(scene.closed).isEqualTo(1);
			assertThat(scene.dropped).isZero();
			assertThat(scene.accepted).isBetween(MESSAGES, 2 * MESSAGES - 1);
			assertThat(scene.topic.subscribers()).isEqualTo(1);
		}
	}

	/**
	 * By default, with the status that says so, and without a gap before it.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void clientIsToldThatItWasTooSlow(Transport transport) {
		Topic<String> topic = TopicHandlers.topic(SERVERS.server(transport), "news");
		try (Http2Client client = SERVERS.http2Builder(transport)
			.initialWindowSize(0)
			.connectionWindowIncrement(10_000_000)
			.connect()) {
			WebSocketStream socket = client.openWebSocket("/topics/news");
			TopicHandlers.awaitSubscribers(topic, 1);
			int sent = 0;
			while (TopicHandlers.send(topic, sent + PADDING).closed() == 0) {
				sent++;
			}
			assertThat(sent * 16).isBetween(64, 256);
			socket.stream().windowUpdate(10_000_000);
			int received = 0;
			Frame frame = socket.awaitFrame();
			while (frame.opcode() == Frame.TEXT) {
				assertThat(frame.text()).startsWith(received + " ");
				received++;
				frame = socket.awaitFrame();
			}
			assertThat(received).isBetween(1, sent);
			assertThat(frame.opcode()).isEqualTo(Frame.CLOSE);
			assertThat(frame.payload()).startsWith(1013 >> 8, 1013 & 0xFF);
			socket.sendClose(1013, "");
		}
	}

	/**
	 * What had to go ahead of the session's own messages counts until the peer reads it,
	 * and not when the session is slow for another reason later.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void whatThePeerHasReadDoesNotCountLater(Transport transport) {
		Topic<String> topic = TopicHandlers.topic(SERVERS.server(transport), "news");
		String message = "x".repeat(16_000);
		try (Http2Client client = SERVERS.http2Builder(transport)
			.initialWindowSize(0)
			.connectionWindowIncrement(10_000_000)
			.autoConsume(false)
			.connect()) {
			WebSocketStream socket = client.openWebSocket("/beside/news");
			TopicHandlers.awaitSubscribers(topic, 1);
			for (int i = 0; i < 8; i++) {
				assertThat(TopicHandlers.send(topic, message)).isEqualTo(new Delivery(1, 0, 0));
			}
			socket.sendText("own");
			client.barrier();
			socket.stream().windowUpdate(8 * (message.length() + 4) + 5);
			for (int i = 0; i < 8; i++) {
				assertThat(socket.awaitText()).isEqualTo(message);
			}
			assertThat(socket.awaitText()).isEqualTo("own");
			for (int i = 0; i < 5; i++) {
				socket.sendText(message);
			}
			client.barrier();
			assertThat(TopicHandlers.send(topic, "y".repeat(20_000))).isEqualTo(new Delivery(1, 0, 0));
		}
		TopicHandlers.awaitSubscribers(topic, 0);
	}

	/**
	 * Beside a session with the policy that all topics have.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void topicHasThePolicyOfThoseWhoNameNone(Transport transport) {
		Topic<String> topic = TopicHandlers.topic(SERVERS.server(transport), "news");
		try (Http2Client client = SERVERS.http2Builder(transport)
			.initialWindowSize(0)
			.connectionWindowIncrement(10_000_000)
			.connect()) {
			WebSocketStream socket = client.openWebSocket("/with/news/latest");
			TopicHandlers.awaitSubscribers(topic, 1);
			client.openWebSocket("/topics/news");
			TopicHandlers.awaitSubscribers(topic, 2);
			int sent = 0;
			Delivery delivery = Delivery.NONE;
			while (delivery.closed() == 0) {
				delivery = TopicHandlers.send(topic, sent++ + PADDING);
			}
			assertThat(delivery).isEqualTo(new Delivery(1, 1, 1));
			TopicHandlers.send(topic, "last");
			socket.stream().windowUpdate(10_000_000);
			int received = 0;
			while (!socket.awaitText().equals("last")) {
				received++;
			}
			assertThat(received).isLessThan(sent);
		}
	}

	@Test
	void subscriberToMessagesFails() {
		Topic<String> topic = TopicHandlers.topic(SERVERS.server(Transport.H1), "news");
		StepVerifier.create(topic.messages(), 0).then(() -> {
			for (int i = 0; i < 6; i++) {
				TopicHandlers.send(topic, i + PADDING);
			}
		}).verifyErrorMessage("The subscriber to the topic is too slow");
		assertThat(topic.subscribers()).isZero();
	}

	@Test
	void subscriberToMessagesGetsWhatIsKept() {
		Topic<String> topic = TopicHandlers.topic(SERVERS.server(Transport.H1), "news");
		BaseSubscriber<String> slow = new BaseSubscriber<>() {

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
				// Requests nothing
			}

		};
		topic.messages(SlowConsumer.dropOldest().withBufferSize(DataSize.ofBytes(10))).subscribe(slow);
		StepVerifier.create(topic.messages(SlowConsumer.latestOnly()), 0).then(() -> {
			assertThat(TopicHandlers.send(topic, "1")).isEqualTo(new Delivery(2, 0, 0));
			assertThat(TopicHandlers.send(topic, "2")).isEqualTo(new Delivery(2, 1, 0));
			assertThat(TopicHandlers.send(topic, "3")).isEqualTo(new Delivery(2, 1, 0));
			assertThat(TopicHandlers.send(topic, "4")).isEqualTo(new Delivery(2, 2, 0));
			// More than the buffer holds
			assertThat(TopicHandlers.send(topic, "a big message")).isEqualTo(new Delivery(2, 4, 0));
		}).thenRequest(1).expectNext("a big message").thenCancel().verify();
		slow.cancel();
		assertThat(topic.subscribers()).isZero();
	}

	@Test
	void subscriberToMessagesHasThePolicyOfTheTopic() {
		Topic<String> topic = TopicHandlers.topic(SERVERS.server(Transport.H1), "news")
			.with(SlowConsumer.dropOldest().withBufferSize(DataSize.ofBytes(6)));
		StepVerifier.create(topic.messages(), 0).then(() -> {
			assertThat(TopicHandlers.send(topic, "1")).isEqualTo(new Delivery(1, 0, 0));
			assertThat(TopicHandlers.send(topic, "2")).isEqualTo(new Delivery(1, 0, 0));
			assertThat(TopicHandlers.send(topic, "3")).isEqualTo(new Delivery(1, 1, 0));
		}).thenRequest(2).expectNext("2", "3").thenCancel().verify();
		// Has the size of all topics
		StepVerifier.create(topic.with(SlowConsumer.dropNewest()).messages(), 0).then(() -> {
			for (int i = 0; i < 4; i++) {
				assertThat(TopicHandlers.send(topic, i + PADDING)).isEqualTo(new Delivery(1, 0, 0));
			}
			assertThat(TopicHandlers.send(topic, 4 + PADDING)).isEqualTo(new Delivery(0, 1, 0));
		}).thenCancel().verify();
		StepVerifier.create(topic.messages(SlowConsumer.latestOnly()), 0).then(() -> {
			TopicHandlers.send(topic, "1");
			assertThat(TopicHandlers.send(topic, "2")).isEqualTo(new Delivery(1, 1, 0));
		}).thenCancel().verify();
		assertThat(topic.subscribers()).isZero();
	}

	@Test
	void statusMustBeOneThatMayBeSent() {
		assertThatIllegalArgumentException().isThrownBy(() -> SlowConsumer.close(CloseStatus.NO_CLOSE_FRAME))
			.withMessageContaining("1006");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> SlowConsumer.dropNewest().withBufferSize(DataSize.ofBytes(0)));
	}

	/**
	 * A session that reads, and another that does not.
	 */
	private static final class Scene implements AutoCloseable {

		private final Topic<String> topic;

		private final WebSocketConnection fastConnection;

		private final WebSocketStream fast;

		private final WebSocketConnection stalledConnection;

		private final WebSocketStream stalled;

		private Http2Client http2;

		private int accepted;

		private int dropped;

		private int closed;

		Scene(Transport transport, String policy) {
			this.topic = TopicHandlers.topic(SERVERS.server(transport), "news");
			this.fastConnection = SERVERS.connect(transport);
			this.fast = this.fastConnection.open("/topics/news/" + policy);
			if (transport.isHttp2()) {
				this.http2 = SERVERS.http2Builder(transport)
					.initialWindowSize(0)
					.connectionWindowIncrement(100_000_000)
					.connect();
				this.stalledConnection = WebSocketConnection.of(this.http2);
			}
			else {
				this.stalledConnection = SERVERS.connect(transport);
			}
			this.stalled = this.stalledConnection.open("/topics/news/" + policy);
			TopicHandlers.awaitSubscribers(this.topic, 2);
		}

		void sendAll() {
			for (int i = 0; i < MESSAGES; i++) {
				Delivery delivery = TopicHandlers.send(this.topic, i + PADDING);
				this.accepted += delivery.accepted();
				this.dropped += delivery.dropped();
				this.closed += delivery.closed();
				assertThat(this.fast.awaitText()).startsWith(i + " ");
			}
		}

		void resume() {
			if (this.http2 != null) {
				this.stalled.stream().windowUpdate(100_000_000);
			}
		}

		int number() {
			String text = this.stalled.awaitText();
			return Integer.parseInt(text.substring(0, text.indexOf(' ')));
		}

		List<Integer> numbersToTheLast() {
			List<Integer> numbers = new ArrayList<>();
			do {
				numbers.add(number());
			}
			while (numbers.get(numbers.size() - 1) < MESSAGES - 1);
			return numbers;
		}

		@Override
		public void close() {
			this.fastConnection.abort();
			this.stalledConnection.abort();
			this.fastConnection.close();
			this.stalledConnection.close();
		}

	}

}
