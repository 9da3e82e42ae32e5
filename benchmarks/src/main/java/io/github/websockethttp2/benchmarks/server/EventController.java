package io.github.websockethttp2.benchmarks.server;

import java.time.Duration;

import reactor.core.publisher.Flux;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Ordinary requests.
 */
@RestController
class EventController {

	@GetMapping("/get")
	String get() {
		return "x".repeat(100);
	}

	static Flux<String> events(String request) {
		return Flux.interval(Duration.ofMillis(100)).map((index) -> "x".repeat(125));
	}

}
