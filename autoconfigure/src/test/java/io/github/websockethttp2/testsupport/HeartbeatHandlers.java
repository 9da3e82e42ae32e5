package io.github.websockethttp2.testsupport;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

import io.github.websockethttp2.server.WebSocketMapping;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * An application with a fast heartbeat, whose handlers tell how their sessions end.
 */
@Configuration(proxyBeanMethods = false)
public class HeartbeatHandlers {

	/** The milliseconds between two pings, and those that an answer may take. */
	public static final int INTERVAL = 300;

	/** How sessions have ended, but for those of {@code /pongs}. */
	public static final List<CloseStatus> CLOSED = Collections.synchronizedList(new ArrayList<>());

	/**
	 * Describes the application.
	 * @param handlers these handlers, or these and some more
	 * @param properties more properties
	 * @return the application
	 */
	public static TestServers servers(Class<? extends HeartbeatHandlers> handlers, String... properties) {
		return new TestServers(handlers,
				Stream
					.concat(Stream.of("websocket.http2.heartbeat.interval=" + INTERVAL + "ms",
							"websocket.http2.heartbeat.timeout=" + INTERVAL + "ms"), Stream.of(properties))
					.toArray(String[]::new));
	}

	@Bean
	@WebSocketMapping("/echo")
	WebSocketHandler echo() {
		return (session) -> {
			session.closeStatus().subscribe(CLOSED::add);
			return session.send(session.receive().doOnNext(WebSocketMessage::retain));
		};
	}

	@Bean
	@WebSocketMapping("/stalled")
	WebSocketHandler stalled() {
		return (session) -> session.closeStatus().doOnNext(CLOSED::add).then();
	}

	@Bean
	@WebSocketMapping("/flood")
	WebSocketHandler flood() {
		return (session) -> {
			session.closeStatus().subscribe(CLOSED::add);
			return session
				.send(Flux
					.<WebSocketMessage>generate(
							(sink) -> sink.next(session.binaryMessage((factory) -> factory.wrap(new byte[60_000]))))
					.takeUntilOther(session.closeStatus()))
				.and(session.receive());
		};
	}

	/**
	 * Says what was in a pong.
	 */
	@Bean
	@WebSocketMapping("/pongs")
	WebSocketHandler pongs() {
		return (session) -> session
			.send(session.receive().concatMap((message) -> Mono.just(session.textMessage(message.getPayloadAsText()))));
	}

}
