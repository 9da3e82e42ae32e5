package io.github.websockethttp2.topics.redis;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.topic.Delivery;
import io.github.websockethttp2.topic.EngineCounts;
import io.github.websockethttp2.topic.Topic;
import io.github.websockethttp2.topic.Topics;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;

/**
 * An instance of an application with topics on Redis.
 */
final class Instance implements AutoCloseable {

	static final Duration TIMEOUT = Duration.ofSeconds(20);

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
		URI uri = URI.create(
				"ws://127.0.0.1:" + this.context.getEnvironment().getProperty("local.server.port") + "/rooms/" + room);
		return Flux.create((sink) -> sink.onDispose(new ReactorNettyWebSocketClient()
			.execute(uri,
					(session) -> session.receive().map(WebSocketMessage::getPayloadAsText).doOnNext(sink::next).then())
			.subscribe(null, sink::error, sink::complete)));
	}

	@Override
	public void close() {
		this.context.close();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

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
			return this.topics.get("rooms/" + session.getAttributes().get("room"), String.class).subscribe(session);
		}

	}

}
