package io.github.websockethttp2.topic;

import java.util.Map;
import java.util.Objects;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.awaitility.Awaitility;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * An application whose sessions are in topics of text.
 */
@Configuration(proxyBeanMethods = false)
class TopicHandlers {

	private static final Map<String, SlowConsumer> POLICIES = Map.of("oldest", SlowConsumer.dropOldest(), "newest",
			SlowConsumer.dropNewest(), "latest", SlowConsumer.latestOnly(), "close",
			SlowConsumer.close(new CloseStatus(4001, "Too slow")));

	static Topic<String> topic(TestServer server, String name) {
		return server.bean(Topics.class).get(name, String.class);
	}

	static void awaitSubscribers(Topic<?> topic, int count) {
		Awaitility.await().until(() -> topic.subscribers() == count);
	}

	/**
	 * Sends a message, and returns what has become of it.
	 */
	static <T> Delivery send(Topic<T> topic, T message) {
		return Objects.requireNonNull(topic.send(message).block(Waiting.TIMEOUT));
	}

	/**
	 * Opens a socket of which the session is the only one in a topic.
	 */
	static WebSocketStream join(WebSocketConnection connection, Topic<?> topic) {
		WebSocketStream socket = connection.open("/topics/" + topic.name());
		awaitSubscribers(topic, 1);
		return socket;
	}

	private static Topic<String> topic(Topics topics, WebSocketSession session) {
		return topics.get((String) session.getAttributes().get("topic"), String.class);
	}

	/**
	 * Joins until the client says something, which makes it leave, and then echoes.
	 */
	@Bean
	@WebSocketMapping("/topics/{topic}")
	WebSocketHandler joins(Topics topics) {
		return (session) -> {
			Sinks.Empty<Void> leaves = Sinks.empty();
			Mono<Void> echo = session.send(session.receive().doOnNext((message) -> {
				leaves.tryEmitEmpty();
				message.retain();
			}));
			return Mono.when(topic(topics, session).subscribe(session).takeUntilOther(leaves.asMono()), echo);
		};
	}

	/**
	 * Echoes beside the topic.
	 */
	@Bean
	@WebSocketMapping("/beside/{topic}")
	WebSocketHandler echoesBeside(Topics topics) {
		return (session) -> Mono.when(topic(topics, session).subscribe(session),
				session.send(session.receive().doOnNext(WebSocketMessage::retain)));
	}

	/**
	 * Says to all what is received.
	 */
	@Bean
	@WebSocketMapping("/says/{topic}")
	WebSocketHandler says(Topics topics) {
		return (session) -> {
			Topic<String> topic = topic(topics, session);
			Mono<Void> input = session.receive().map(WebSocketMessage::getPayloadAsText).concatMap(topic::send).then();
			return topic.subscribe(session).takeUntilOther(input);
		};
	}

	@Bean
	@WebSocketMapping("/topics/{topic}/{policy}")
	WebSocketHandler joinsWithPolicy(Topics topics) {
		return (session) -> topic(topics, session).subscribe(session,
				POLICIES.get((String) session.getAttributes().get("policy")));
	}

	@Bean
	@WebSocketMapping("/with/{topic}/{policy}")
	WebSocketHandler joinsTopicWithPolicy(Topics topics) {
		return (session) -> topic(topics, session).with(POLICIES.get((String) session.getAttributes().get("policy")))
			.subscribe(session);
	}

	/**
	 * Says what is received twice: to its own client, and then to all.
	 */
	@Bean
	@WebSocketMapping("/both/{topic}")
	WebSocketHandler saysBoth(Topics topics) {
		return (session) -> {
			Topic<String> topic = topic(topics, session);
			Sinks.Many<WebSocketMessage> own = Sinks.many().unicast().onBackpressureBuffer();
			Mono<Void> input = session.receive().map(WebSocketMessage::getPayloadAsText).concatMap((text) -> {
				own.tryEmitNext(session.textMessage("own " + text));
				return topic.send("all " + text);
			}).then();
			return Mono
				.when(session.send(own.asFlux()),
						topic.subscribe(session, SlowConsumer.dropNewest().withBufferSize(DataSize.ofMegabytes(1))))
				.takeUntilOther(input);
		};
	}

	@Bean
	@WebSocketMapping("/merged/{topic}")
	WebSocketHandler merges(Topics topics) {
		return (session) -> session.send(Flux.merge(session.receive().doOnNext(WebSocketMessage::retain),
				topic(topics, session).messages(session)));
	}

}
