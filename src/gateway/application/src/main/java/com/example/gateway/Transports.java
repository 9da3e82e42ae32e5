package com.example.gateway;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import io.github.websockethttp2.session.SessionEvent;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.session.WebSocketTransport;

import org.springframework.beans.factory.ObjectProvider;

/**
 * What sessions were opened over.
 */
class Transports {

	final BlockingQueue<WebSocketTransport.Protocol> opened = new LinkedBlockingQueue<>();

	Transports(ObjectProvider<WebSocketSessions> sessions) {
		sessions.ifAvailable((known) -> known.events()
			.filter((event) -> event.type() == SessionEvent.Type.OPENED)
			.subscribe((event) -> this.opened.add(event.session().getTransport().protocol())));
	}

}
