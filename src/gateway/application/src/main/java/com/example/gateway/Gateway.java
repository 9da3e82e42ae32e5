package com.example.gateway;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import io.github.websockethttp2.session.SessionEvent;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.session.WebSocketTransport;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * The gateway, which properties alone configure.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class Gateway {

	@Bean
	Transports transports(ObjectProvider<WebSocketSessions> sessions) {
		Transports transports = new Transports();
		sessions.ifAvailable((known) -> known.events()
			.filter((event) -> event.type() == SessionEvent.Type.OPENED)
			.subscribe((event) -> transports.opened.add(event.session().getTransport().protocol())));
		return transports;
	}

	/**
	 * What sessions were opened over.
	 */
	static class Transports {

		final BlockingQueue<WebSocketTransport.Protocol> opened = new LinkedBlockingQueue<>();

	}

}
