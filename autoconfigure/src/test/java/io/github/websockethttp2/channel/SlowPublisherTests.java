package io.github.websockethttp2.channel;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A publisher that makes its messages as it is asked, and takes its time: the peer gets
 * the first before the last is made.
 */
class SlowPublisherTests {

	private static final int COUNT = 500;

	/** One that emits as it is asked goes on so far before anything is flushed. */
	private static final int TURN = 128;

	private static final Semaphore RECEIVED = new Semaphore(0);

	private static final Set<String> THREADS = ConcurrentHashMap.newKeySet();

	@RegisterExtension
	static final TestServers servers = new TestServers(Handlers.class);

	@BeforeEach
	void reset() {
		RECEIVED.drainPermits();
		THREADS.clear();
	}

	@ParameterizedTest
	@EnumSource
	void onAThreadOfItsOwnEachMessageLeavesAtOnce(Transport transport) {
		receiveAll(transport, "/blocking");
		assertThat(THREADS).singleElement().asString().contains("boundedElastic");
	}

	@ParameterizedTest
	@EnumSource
	void onTheEventLoopMessagesLeaveNowAndThen(Transport transport) {
		receiveAll(transport, "/on-event-loop");
	}

	private static void receiveAll(Transport transport, String path) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			WebSocketStream socket = connection.open(path);
			for (int i = 0; i < COUNT; i++) {
				assertThat(socket.awaitText()).isEqualTo("message " + i);
				RECEIVED.release();
			}
			assertThat(socket.awaitClose().code()).isEqualTo(1000);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		/**
		 * Each message waits for the receipt of the one before.
		 */
		@Bean
		@WebSocketMapping("/blocking")
		WebSocketHandler blocking() {
			return (session) -> Mono.defer(() -> session.send(messages(session, 1)))
				.subscribeOn(Schedulers.boundedElastic());
		}

		/**
		 * Each message waits for the receipt of one a turn before.
		 */
		@Bean
		@WebSocketMapping("/on-event-loop")
		WebSocketHandler onEventLoop() {
			return (session) -> session.send(messages(session, TURN));
		}

		private static Flux<WebSocketMessage> messages(WebSocketSession session, int ahead) {
			return Flux.<Integer, Integer>generate(() -> 0, (i, sink) -> {
				if (i == COUNT) {
					sink.complete();
					return i;
				}
				THREADS.add(Thread.currentThread().getName());
				if (i >= ahead) {
					Waiting.acquire(RECEIVED);
				}
				sink.next(i);
				return i + 1;
			}).map((i) -> session.textMessage("message " + i));
		}

	}

}
