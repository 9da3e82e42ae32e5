package io.github.websockethttp2.sample;

import java.time.Instant;
import java.util.List;

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

	private final Probes probes;

	private final Http1Server http1Server;

	ApiController(Probes probes, Http1Server http1Server) {
		this.probes = probes;
		this.http1Server = http1Server;
	}

	@GetMapping("/ping")
	Ping ping(ServerHttpRequest request) {
		return new Ping(Instant.now(), ClientPort.of(request.getRemoteAddress()));
	}

	@GetMapping("/sessions")
	List<Probes.Count> sessions() {
		return this.probes.count();
	}

	@GetMapping("/listeners")
	Listeners listeners() {
		return new Listeners(this.http1Server.getPort());
	}

	/**
	 * Answer to a ping.
	 *
	 * @param time the server's clock
	 * @param clientPort the client's port of the TCP connection that the request came
	 * over
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
