package com.example.smoke;

import java.util.concurrent.TimeUnit;

import io.netty.util.Version;
import reactor.core.publisher.Mono;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.socket.CloseStatus;

/**
 * Starts in cleartext, and then with TLS. Each time a client opens a WebSocket over each
 * of its transports, sends a message, and closes. Prints a line for each that worked, and
 * fails with the first that did not. The arguments are a key store, whose password is
 * "password", and "on", or "off" where HTTP/2 has to be refused, or "expiring" or
 * "logout" where the server has to close.
 */
@SpringBootApplication
public class SmokeApplication {

	public static void main(String[] args) throws Exception {
		System.out.printf("smoke: spring-boot %s%n", SpringBootVersion.getVersion());
		System.out.printf("smoke: netty %s%n", Version.identify().get("netty-common").artifactVersion());
		System.out.printf("smoke: java %s%n", Runtime.version().feature());
		String state = (args.length < 2) ? "on" : args[1];
		check(state, false);
		check(state, true, "--server.ssl.key-store=" + args[0], "--server.ssl.key-store-password=password");
		System.exit(0);
	}

	private static void check(String state, boolean tls, String... arguments) throws Exception {
		try (ConfigurableApplicationContext context = SpringApplication.run(SmokeApplication.class, arguments)) {
			int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
			for (Transport transport : Transport.values()) {
				if (transport.isTls() != tls) {
					continue;
				}
				if (state.equals("expiring")) {
					checkClosed(transport, port, new HttpHeaders(), Mono.empty());
					System.out.println("smoke: " + transport + " expires");
				}
				else if (state.equals("logout")) {
					HttpHeaders user = new HttpHeaders();
					user.setBasicAuth("user", "secret");
					checkClosed(transport, port, user, transport.post(port, "/logout", user));
					System.out.println("smoke: " + transport + " logs out");
				}
				else if (state.equals("on") || !transport.isHttp2()) {
					check(transport, port, context.getBean(EchoHandler.class));
					System.out.println("smoke: " + transport + " works");
				}
				else {
					checkRefused(transport, port);
					System.out.println("smoke: " + transport + " is refused");
				}
			}
		}
	}

	private static void checkClosed(Transport transport, int port, HttpHeaders headers, Mono<Void> action) {
		CloseStatus closed = transport.awaitClose(port, "/echo/smoke", headers, action);
		if (closed == null || closed.getCode() != 3000) {
			throw new IllegalStateException(transport + ": expected 3000 and got " + closed);
		}
	}

	private static void checkRefused(Transport transport, int port) {
		try {
			transport.exchange(port, "/echo/smoke", "hello", CloseStatus.NORMAL);
		}
		catch (RuntimeException ex) {
			return;
		}
		throw new IllegalStateException(transport + ": opened, although it is switched off");
	}

	private static void check(Transport transport, int port, EchoHandler handler) throws Exception {
		CloseStatus status = new CloseStatus(4000, transport.name());
		String expected = (transport.isHttp2() ? "HTTP/2" : "HTTP/1.1") + " smoke hello";
		String received = transport.exchange(port, "/echo/smoke", "hello", status);
		if (!expected.equals(received)) {
			throw new IllegalStateException(transport + ": expected '" + expected + "' and got '" + received + "'");
		}
		CloseStatus closed = handler.closed.poll(10, TimeUnit.SECONDS);
		if (!status.equals(closed)) {
			throw new IllegalStateException(transport + ": expected " + status + " and got " + closed);
		}
	}

}
