package io.github.websockethttp2.sample.room;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

import io.github.websockethttp2.server.WebSocketMapping;
import reactor.core.publisher.Mono;

import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;
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

	private final Rooms rooms;

	RoomHandler(Rooms rooms) {
		this.rooms = rooms;
	}

	@Override
	public Mono<Void> handle(WebSocketSession session) {
		String roomName = shortened(String.valueOf(session.getAttributes().get("room")), LONGEST_NAME);
		String name = name(session);
		return Mono.defer(() -> {
			Room room = this.rooms.enter(roomName);
			Mono<Void> input = session.receive()
				.map(WebSocketMessage::getPayloadAsText)
				.filter(StringUtils::hasText)
				.doOnNext((text) -> room.say(name, shortened(text, LONGEST_TEXT)))
				.then();
			return room.listen(name, session)
				.takeUntilOther(input)
				.doFinally((signal) -> this.rooms.leave(roomName, name));
		});
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
