package io.github.websockethttp2.sample.dashboard;

import java.time.Instant;

import io.github.websockethttp2.session.WebSocketSessions;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The ordinary requests that the dashboard makes beside its sockets.
 */
@RestController
@RequestMapping("/api")
class ApiController {

	private final WebSocketSessions sessions;

	private final MeterRegistry meters;

	private final Http1Server http1Server;

	ApiController(WebSocketSessions sessions, MeterRegistry meters, Http1Server http1Server) {
		this.sessions = sessions;
		this.meters = meters;
		this.http1Server = http1Server;
	}

	@GetMapping("/ping")
	Ping ping(ServerHttpRequest request) {
		return new Ping(Instant.now(), ClientPort.of(request.getRemoteAddress()));
	}

	@GetMapping("/figures")
	Figures figures() {
		return Figures.of(this.sessions.getAll(), this.meters);
	}

	@GetMapping("/listeners")
	Listeners listeners() {
		return new Listeners(this.http1Server.getPort());
	}

	/**
	 * The answer to a ping.
	 *
	 * @param time the server's clock
	 * @param clientPort the client's port of the TCP connection that carried the request
	 */
	record Ping(Instant time, int clientPort) {
	}

	/**
	 * Where else the application listens.
	 *
	 * @param http1Port the port that speaks HTTP/1.1 only
	 */
	record Listeners(int http1Port) {
	}

}
