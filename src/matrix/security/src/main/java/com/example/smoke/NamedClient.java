package com.example.smoke;

import io.github.websockethttp2.client.Http2WebSocketClient;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.CommandLineRunner;
import org.springframework.stereotype.Component;

/**
 * Prints a line if there is a client of the name "smoke", which only a property at run
 * time makes.
 */
@Component
class NamedClient implements CommandLineRunner {

	private final ObjectProvider<Http2WebSocketClient> client;

	NamedClient(@Qualifier("smoke") ObjectProvider<Http2WebSocketClient> client) {
		this.client = client;
	}

	@Override
	public void run(String... args) {
		this.client.ifAvailable((client) -> System.out.println("smoke: named client"));
	}

}
