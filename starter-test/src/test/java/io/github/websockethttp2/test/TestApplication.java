package io.github.websockethttp2.test;

import java.util.List;

import io.github.websockethttp2.server.WebSocketMapping;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.module.SimpleModule;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * The application that the tests of this module test.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ TestApplication.Rooms.class, TestApplication.Echo.class, TestApplication.Silent.class,
		TestApplication.Closing.class, TestApplication.Failing.class, TestApplication.Headers.class })
class TestApplication {

	@Bean
	SecurityWebFilterChain security(ServerHttpSecurity http) {
		return http
			.authorizeExchange(
					(exchanges) -> exchanges.pathMatchers("/private/**").authenticated().anyExchange().permitAll())
			.httpBasic(Customizer.withDefaults())
			.build();
	}

	@Bean
	MapReactiveUserDetailsService users() {
		return new MapReactiveUserDetailsService(User.withUsername("ada").password("{noop}secret").build());
	}

	@Bean
	@WebSocketMapping("/private/name")
	WebSocketHandler name() {
		return (session) -> session.send(
				session.getHandshakeInfo().getPrincipal().map((principal) -> session.textMessage(principal.getName())));
	}

	/** Writes points as {@code x|y}, which nobody else does. */
	@Bean
	JacksonModule pointModule() {
		return new SimpleModule().addSerializer(Point.class, new PointSerializer())
			.addDeserializer(Point.class, new PointDeserializer());
	}

	record Point(int x, int y) {

	}

	private static final class PointSerializer extends ValueSerializer<Point> {

		@Override
		public void serialize(Point point, JsonGenerator generator, SerializationContext context)
				throws JacksonException {
			generator.writeString(point.x() + "|" + point.y());
		}

	}

	private static final class PointDeserializer extends ValueDeserializer<Point> {

		@Override
		public Point deserialize(JsonParser parser, DeserializationContext context) throws JacksonException {
			String[] parts = parser.getString().split("\\|");
			return new Point(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
		}

	}

	@WebSocketMapping("/rooms/{room}")
	static class Rooms implements WebSocketHandler {

		@Override
		public List<String> getSubProtocols() {
			return List.of("chat");
		}

		@Override
		public Mono<Void> handle(WebSocketSession session) {
			String room = (String) session.getAttributes().get("room");
			return session.send(
					session.receive().map((message) -> session.textMessage(room + ": " + message.getPayloadAsText())));
		}

	}

	@WebSocketMapping("/echo")
	static class Echo implements WebSocketHandler {

		@Override
		public Mono<Void> handle(WebSocketSession session) {
			return session.send(session.receive().doOnNext(WebSocketMessage::retain));
		}

	}

	/** Says nothing, and reads nothing, so that it answers no Close either. */
	@WebSocketMapping("/silent")
	static class Silent implements WebSocketHandler {

		@Override
		public Mono<Void> handle(WebSocketSession session) {
			return Mono.never();
		}

	}

	/** Closes with the status that the query has. */
	@WebSocketMapping("/closing/{code}")
	static class Closing implements WebSocketHandler {

		@Override
		public Mono<Void> handle(WebSocketSession session) {
			int code = Integer.parseInt((String) session.getAttributes().get("code"));
			return session.send(Mono.just(session.textMessage("bye")))
				.then(session.close(new CloseStatus(code, "mine")));
		}

	}

	@WebSocketMapping("/failing")
	static class Failing implements WebSocketHandler {

		@Override
		public Mono<Void> handle(WebSocketSession session) {
			return Mono.error(new IllegalStateException("meant to"));
		}

	}

	/** Sends the fields of the handshake that the tests send. */
	@WebSocketMapping("/headers")
	static class Headers implements WebSocketHandler {

		@Override
		public Mono<Void> handle(WebSocketSession session) {
			return session.send(Flux.just("X-Name", "Cookie", "Authorization")
				.map((name) -> session
					.textMessage(name + "=" + session.getHandshakeInfo().getHeaders().getFirst(name))));
		}

	}

}
