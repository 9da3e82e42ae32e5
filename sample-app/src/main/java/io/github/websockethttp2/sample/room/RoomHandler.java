package io.github.websockethttp2.sample.room;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import io.github.websockethttp2.server.WebSocketMapping;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Lets people talk in a {@link Room}. The path names the room and the query the member. A
 * text that is received is said in the room; the room's events are sent as JSON.
 */
@Component
@WebSocketMapping("/ws/rooms/{room}")
class RoomHandler implements WebSocketHandler {

	private static final int LONGEST_NAME = 24;

	private static final int LONGEST_TEXT = 500;

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

	private final Rooms rooms;

	private final JsonMapper jsonMapper;

	RoomHandler(Rooms rooms, JsonMapper jsonMapper) {
		this.rooms = rooms;
		this.jsonMapper = jsonMapper;
	}

	@Override
	public Mono<Void> handle(WebSocketSession session) {
		String roomName = shortened(String.valueOf(session.getAttributes().get("room")), LONGEST_NAME);
		Member member = new Member(name(session));
		return Mono.defer(() -> {
			Room room = this.rooms.join(roomName, member);
			Mono<Void> input = session.receive()
				.map(WebSocketMessage::getPayloadAsText)
				.filter(StringUtils::hasText)
				.doOnNext((text) -> room.say(member, shortened(text, LONGEST_TEXT)))
				.then()
				// Completes the member's events, and with them the session
				.doFinally((signal) -> this.rooms.leave(roomName, member));
			Mono<Void> output = session
				.send(member.events().map(this.jsonMapper::writeValueAsString).map(session::textMessage));
			return Mono.firstWithSignal(Mono.when(input, output), member.tooSlow().then(close(session)));
		}).doFinally((signal) -> this.rooms.leave(roomName, member));
	}

	private static Mono<Void> close(WebSocketSession session) {
		// A client that does not read does not read the Close frame either
		return session.close(CloseStatus.SERVICE_OVERLOAD.withReason("Too slow for this room"))
			.timeout(CLOSE_TIMEOUT, Mono.empty());
	}

	private static String name(WebSocketSession session) {
		String encoded = UriComponentsBuilder.fromUri(session.getHandshakeInfo().getUri())
			.build()
			.getQueryParams()
			.getFirst("name");
		String name = (encoded != null) ? URLDecoder.decode(encoded, StandardCharsets.UTF_8) : "";
		return StringUtils.hasText(name) ? shortened(name, LONGEST_NAME)
				: "guest-" + ThreadLocalRandom.current().nextInt(100, 1000);
	}

	private static String shortened(String text, int length) {
		return text.strip()
			.codePoints()
			.limit(length)
			.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
			.toString();
	}

}
