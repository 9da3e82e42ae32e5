package io.github.websockethttp2.topics.redis;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.topic.Delivery;
import io.github.websockethttp2.topic.EngineCounts;
import io.github.websockethttp2.topic.MissedMessagesException;
import io.github.websockethttp2.topic.Topic;
import io.github.websockethttp2.topic.TopicPosition;
import io.github.websockethttp2.topic.Topics;
import org.awaitility.Awaitility;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * An instance of an application with topics on Redis.
 */
final class Instance implements AutoCloseable {

	static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final CloseStatus MISSED = new CloseStatus(4000);

	private final ConfigurableApplicationContext context;

	private Instance(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static Instance start(RedisServer redis, String... properties) {
		List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--spring.main.banner-mode=off",
				"--spring.data.redis.port=" + redis.port(), "--management.endpoint.health.show-details=always",
				"--websocket.http2.topics.slow-consumer=drop-oldest", "--websocket.http2.topics.buffer-size=64MB"));
		arguments.addAll(List.of(properties));
		return new Instance(new SpringApplicationBuilder(Application.class).run(arguments.toArray(String[]::new)));
	}

	/**
	 * Starts one that is connected. No machine is so busy that an answer takes longer
	 * than it may.
	 */
	static Instance startUp(RedisServer redis, String... properties) {
		Instance instance = start(redis,
				Stream.concat(Stream.of("--websocket.http2.topics.redis.timeout=10s"), Stream.of(properties))
					.toArray(String[]::new));
		Awaitility.await().until(() -> instance.bean(RedisTopicEngine.class).isUp());
		return instance;
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	Topic<String> topic(String name) {
		return bean(Topics.class).get(name, String.class);
	}

	Delivery send(String topic, String text) {
		Delivery delivery = topic(topic).send(text).block(TIMEOUT);
		if (delivery == null) {
			throw new AssertionError("No delivery");
		}
		return delivery;
	}

	TopicPosition position(String topic) {
		TopicPosition position = topic(topic).position().block(TIMEOUT);
		if (position == null) {
			throw new AssertionError("No position");
		}
		return position;
	}

	EngineCounts counts() {
		return bean(EngineCounts.class);
	}

	/**
	 * Returns what happens to a topic, events among the messages.
	 */
	Flux<String> all(String name) {
		return Flux.merge(topic(name).events().map((event) -> "<" + event + ">"), topic(name).messages());
	}

	/**
	 * Returns the messages that a client gets, once its socket is open.
	 */
	Flux<String> socket(String room) {
		return socketTo("/rooms/" + room);
	}

	/**
	 * Returns what a client gets that comes back. Fails if it cannot be known.
	 */
	Flux<String> socket(String room, TopicPosition position) {
		return socketTo("/rooms/" + room + "?position=" + position);
	}

	private Flux<String> socketTo(String path) {
		URI uri = URI.create("ws://127.0.0.1:" + this.context.getEnvironment().getProperty("local.server.port") + path);
		return Flux.create((sink) -> sink.onDispose(new ReactorNettyWebSocketClient()
			.execute(uri,
					(session) -> session.receive()
						.map(WebSocketMessage::getPayloadAsText)
						.doOnNext(sink::next)
						.then(session.closeStatus())
						.filter((status) -> status.getCode() == MISSED.getCode())
						.flatMap((status) -> Mono.error(new IllegalStateException("Missed"))))
			.subscribe(null, sink::error, sink::complete)));
	}

	@Override
	public void close() {
		this.context.close();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

		/**
		 * The others go on when one is closed.
		 */
		@Bean
		ReactorResourceFactory reactorResourceFactory() {
			ReactorResourceFactory resources = new ReactorResourceFactory();
			resources.setUseGlobalResources(false);
			return resources;
		}

		@Bean
		RoomHandler roomHandler(Topics topics) {
			return new RoomHandler(topics);
		}

	}

	@WebSocketMapping("/rooms/{room}")
	static class RoomHandler implements WebSocketHandler {

		private final Topics topics;

		RoomHandler(Topics topics) {
			this.topics = topics;
		}

		@Override
		public Mono<Void> handle(WebSocketSession session) {
			Topic<String> room = this.topics.get("rooms/" + session.getAttributes().get("room"), String.class);
			String position = UriComponentsBuilder.fromUri(session.getHandshakeInfo().getUri())
				.build()
				.getQueryParams()
				.getFirst("position");
			return (position != null)
					? room.subscribe(session, new TopicPosition(position))
						.onErrorResume(MissedMessagesException.class, (ex) -> session.close(MISSED))
					: room.subscribe(session);
		}

	}

}
