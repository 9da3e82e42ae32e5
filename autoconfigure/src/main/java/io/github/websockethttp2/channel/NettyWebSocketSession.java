package io.github.websockethttp2.channel;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.WebSocketTransport;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.netty.channel.AbortedException;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * The session as its {@link org.springframework.web.reactive.socket.WebSocketHandler}
 * sees it. Methods may be called from any thread.
 */
final class NettyWebSocketSession implements WebSocketSession, LiveSession {

	private final String id;

	private final WebSocketSessionHandler sessionHandler;

	private final HandshakeInfo handshakeInfo;

	private final DataBufferFactory bufferFactory;

	/**
	 * The handshake's attributes, until somebody asks for them and gets a mutable copy.
	 */
	private Map<String, Object> attributes;

	private final String connectionId;

	private final int streamId;

	private final String pathPattern;

	private final @Nullable String principalName;

	private final long openedAt = System.currentTimeMillis();

	NettyWebSocketSession(WebSocketTransport transport, WebSocketSessionHandler sessionHandler,
			SessionOpening opening) {
		this.connectionId = transport.connectionId();
		this.streamId = transport.streamId();
		this.id = id(transport);
		this.pathPattern = opening.pathPattern();
		this.principalName = opening.principalName();
		this.sessionHandler = sessionHandler;
		this.handshakeInfo = opening.handshakeInfo();
		this.bufferFactory = opening.bufferFactory();
		this.attributes = opening.attributes();
	}

	static String id(WebSocketTransport transport) {
		return (transport.streamId() != 0) ? transport.connectionId() + "-" + transport.streamId()
				: transport.connectionId();
	}

	WebSocketSessionHandler sessionHandler() {
		return this.sessionHandler;
	}

	@Override
	public String getId() {
		return this.id;
	}

	@Override
	public String getPathPattern() {
		return this.pathPattern;
	}

	@Override
	public WebSocketTransport getTransport() {
		// Created on demand, to keep idle sessions small
		return new WebSocketTransport(
				(this.streamId != 0) ? WebSocketTransport.Protocol.HTTP_2 : WebSocketTransport.Protocol.HTTP_1_1,
				this.connectionId, this.streamId);
	}

	@Override
	public @Nullable String getPrincipalName() {
		return this.principalName;
	}

	@Override
	public @Nullable InetSocketAddress getRemoteAddress() {
		return this.handshakeInfo.getRemoteAddress();
	}

	@Override
	public Instant getOpenedAt() {
		return Instant.ofEpochMilli(this.openedAt);
	}

	@Override
	public long getBufferedAmount() {
		return this.sessionHandler.outbound().bufferedAmount();
	}

	@Override
	public Duration getBufferedFor() {
		return this.sessionHandler.outbound().bufferedFor();
	}

	@Override
	public HandshakeInfo getHandshakeInfo() {
		return this.handshakeInfo;
	}

	@Override
	public DataBufferFactory bufferFactory() {
		return this.bufferFactory;
	}

	@Override
	public synchronized Map<String, Object> getAttributes() {
		if (!(this.attributes instanceof ConcurrentMap)) {
			this.attributes = new ConcurrentHashMap<>(this.attributes);
			this.attributes.put(WebSocketTransport.ATTRIBUTE, getTransport());
		}
		return this.attributes;
	}

	@Override
	public Flux<WebSocketMessage> receive() {
		return this.sessionHandler.inbound();
	}

	@Override
	public Mono<Void> send(Publisher<WebSocketMessage> messages) {
		return new OutboundMessages(this.sessionHandler.outbound(), messages);
	}

	@Override
	public boolean isOpen() {
		return this.sessionHandler.closing().isOpen();
	}

	@Override
	public Mono<Void> close(CloseStatus status) {
		return Mono.create((sink) -> {
			if (!this.sessionHandler.outbound().tryExecute(() -> close(status, sink))) {
				sink.error(new AbortedException("The server is down"));
			}
		});
	}

	private void close(CloseStatus status, MonoSink<Void> sink) {
		try {
			this.sessionHandler.startClosing(status);
			this.sessionHandler.outbound().whenWritten((error) -> sink.success());
		}
		catch (RuntimeException ex) {
			// A status that must not be sent, or a server that is going down
			this.sessionHandler.application().call(() -> sink.error(ex));
		}
	}

	@Override
	public Mono<CloseStatus> closeStatus() {
		return this.sessionHandler.closing().status();
	}

	@Override
	public WebSocketMessage textMessage(String payload) {
		return message(WebSocketMessage.Type.TEXT, this.bufferFactory.wrap(payload.getBytes(StandardCharsets.UTF_8)));
	}

	@Override
	public WebSocketMessage binaryMessage(Function<DataBufferFactory, DataBuffer> payloadFactory) {
		return message(WebSocketMessage.Type.BINARY, payloadFactory.apply(this.bufferFactory));
	}

	@Override
	public WebSocketMessage pingMessage(Function<DataBufferFactory, DataBuffer> payloadFactory) {
		return message(WebSocketMessage.Type.PING, payloadFactory.apply(this.bufferFactory));
	}

	@Override
	public WebSocketMessage pongMessage(Function<DataBufferFactory, DataBuffer> payloadFactory) {
		return message(WebSocketMessage.Type.PONG, payloadFactory.apply(this.bufferFactory));
	}

	private static WebSocketMessage message(WebSocketMessage.Type type, DataBuffer payload) {
		return new WebSocketMessage(type, payload);
	}

	@Override
	public String toString() {
		return "WebSocketSession[id=" + this.id + ", uri=" + this.handshakeInfo.getUri() + "]";
	}

}
