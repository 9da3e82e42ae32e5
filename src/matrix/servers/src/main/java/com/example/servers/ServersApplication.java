package com.example.servers;

import java.util.Objects;

import io.github.websockethttp2.handshake.HandshakeDecision;
import io.github.websockethttp2.handshake.HandshakePolicy;
import reactor.core.publisher.Mono;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.util.ClassUtils;
import org.springframework.web.server.WebFilter;

/**
 * Starts on the server that there is, which is not Reactor Netty, and opens WebSockets.
 * Prints what it runs on, and fails with the first that is not as it has to be.
 */
@SpringBootApplication
public class ServersApplication {

	private static final String EVIL = "https://evil.example";

	public static void main(String[] args) throws Exception {
		System.out.printf("smoke: spring-boot %s%n", SpringBootVersion.getVersion());
		expect("Reactor Netty", ClassUtils.isPresent("reactor.netty.http.server.HttpServer", null), false);
		try (ConfigurableApplicationContext context = SpringApplication.run(ServersApplication.class, args)) {
			check(new Client(context.getEnvironment().getRequiredProperty("local.server.port", Integer.class)));
			System.out.printf("smoke: %s works%n",
					((ReactiveWebServerApplicationContext) context).getWebServer().getClass().getSimpleName());
		}
		System.exit(0);
	}

	private static void check(Client client) throws Exception {
		String echoed = "HTTP/1.1 0 '' smoke hello";
		expect("no origin", client.exchange("/echo/smoke", null), echoed);
		expect("own origin", client.exchange("/echo/smoke", client.own()), echoed);
		expect("allowed origin", client.exchange("/echo/smoke", "https://app.example"), echoed);
		expect("foreign origin", client.exchange("/echo/smoke", EVIL), "403");
		expect("foreign origin that a filter hides", client.exchange("/echo/smoke?hidden", EVIL), "403");
		expect("policy", client.exchange("/echo/smoke?refused", client.own()), "409");
		expect("no handler", client.exchange("/nowhere", client.own()), "404");
	}

	private static void expect(String what, Object seen, Object expected) {
		if (!Objects.equals(seen, expected)) {
			throw new IllegalStateException(what + ": expected '" + expected + "' and got '" + seen + "'");
		}
	}

	@Bean
	HandshakePolicy policy() {
		return (exchange) -> Mono.just(("refused".equals(exchange.getRequest().getURI().getQuery()))
				? HandshakeDecision.refuse(HttpStatus.CONFLICT, "as asked for") : HandshakeDecision.accept());
	}

	@Bean
	WebFilter hidingFilter() {
		return (exchange, chain) -> ("hidden".equals(exchange.getRequest().getURI().getQuery()))
				? chain.filter(exchange.mutate()
					.request((request) -> request.headers((headers) -> headers.remove(HttpHeaders.ORIGIN)))
					.build())
				: chain.filter(exchange);
	}

}
