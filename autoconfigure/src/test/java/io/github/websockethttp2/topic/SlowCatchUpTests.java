package io.github.websockethttp2.topic;

import java.util.Objects;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.testsupport.Frame;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sessions that catch up with a topic to which more is sent meanwhile than they may have
 * wait. What a session gets then is written in one turn of its event loop, so that a peer
 * that reads is too slow as well.
 */
class SlowCatchUpTests {

	/** In one turn, fewer are written to a peer that reads. */
	private static final int MESSAGES = 60;

	private static final String PADDING = " ".repeat(100_000);

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Handlers.class);

	@ParameterizedTest
	@EnumSource
	void sessionIsClosedBehindWhatIsCompleteWhenWhatIsSentMeanwhileDoesNotFit(Transport transport) {
		TestServer server = SERVERS.server(transport);
		TopicCounts counts = server.bean(LocalTopics.class).getCounts();
		long closed = counts.closed();
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = catchUp(connection, server, "close");
			int received = 0;
			Frame frame = socket.awaitFrame();
			while (frame.opcode() == Frame.TEXT) {
				assertThat(frame.text()).startsWith(received + " ");
				received++;
				frame = socket.awaitFrame();
			}
			assertThat(received).isBetween(1, MESSAGES - 1);
			assertThat(frame.opcode()).isEqualTo(Frame.CLOSE);
			assertThat(frame.payload()).startsWith(4001 >> 8, 4001 & 0xFF);
			socket.sendClose(4001, "");
		}
		server.awaitNoSessions();
		assertThat(counts.closed() - closed).isEqualTo(1);
		assertThat(counts.subscribers()).isZero();
		assertThat(server.bean(LocalTopics.class).size()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void sessionStaysWhenWhatDoesNotFitIsDropped(Transport transport) {
		TestServer server = SERVERS.server(transport);
		TopicCounts counts = server.bean(LocalTopics.class).getCounts();
		long dropped = counts.dropped();
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = catchUp(connection, server, "oldest");
			int received = 0;
			int last = -1;
			while (last < MESSAGES - 1) {
				String text = socket.awaitText();
				int number = Integer.parseInt(text.substring(0, text.indexOf(' ')));
				assertThat(number).isGreaterThan(last);
				last = number;
				received++;
			}
			assertThat(received).isLessThan(MESSAGES);
			assertThat(counts.dropped() - dropped).isEqualTo(MESSAGES - received);
			assertThat(topic(server).subscribers()).isEqualTo(1);
		}
		server.awaitNoSessions();
	}

	/**
	 * Opens a socket whose session has read the history before all of the messages are
	 * sent.
	 */
	private static WebSocketStream catchUp(WebSocketConnection connection, TestServer server, String policy) {
		MemoryEngine engine = server.bean(MemoryEngine.class);
		engine.published.clear();
		engine.afterRead = () -> {
			engine.afterRead = () -> {
			};
			for (int i = 0; i < MESSAGES; i++) {
				// On the event loop, to nobody who is in the topic yet
				assertThat(topic(server).send(i + PADDING).toFuture()).isCompletedWithValue(Delivery.NONE);
			}
		};
		return connection.open("/catches-up/" + policy);
	}

	private static Topic<String> topic(TestServer server) {
		return TopicHandlers.topic(server, "news");
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		MemoryEngine engine() {
			return new MemoryEngine();
		}

		@Bean
		@WebSocketMapping("/catches-up/{policy}")
		WebSocketHandler catchesUp(Topics topics) {
			return (session) -> {
				Topic<String> topic = topics.get("news", String.class);
				SlowConsumer policy = (!Objects.equals(session.getAttributes().get("policy"), "close"))
						? SlowConsumer.dropOldest() : SlowConsumer.close(new CloseStatus(4001, "Too slow"));
				return topic
					.subscribe(session, new TopicPosition("0"), policy.withBufferSize(DataSize.ofKilobytes(200)))
					.and(session.receive());
			};
		}

	}

}
