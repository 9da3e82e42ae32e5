package io.github.websockethttp2.benchmarks.server;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Ordinary requests, among them the two other ways to get events from a server.
 */
@RestController
class EventController {

	private static final String SMALL = "x".repeat(100);

	private final Events events;

	EventController(Events events) {
		this.events = events;
	}

	@GetMapping("/get")
	String get() {
		return SMALL;
	}

	@GetMapping(path = "/sse", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<String> serverSentEvents() {
		return this.events.latest().map(Events.Event::text);
	}

	@GetMapping("/poll")
	Mono<String> longPoll(@RequestParam long after) {
		return this.events.after(after).map(Events.Event::text);
	}

}
