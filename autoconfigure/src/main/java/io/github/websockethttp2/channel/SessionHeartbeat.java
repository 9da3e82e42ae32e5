package io.github.websockethttp2.channel;

import java.nio.charset.StandardCharsets;

import io.github.websockethttp2.session.SessionTraffic;
import io.github.websockethttp2.transport.ByteTransport;
import io.github.websockethttp2.transport.Heartbeat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Pings the peer of one session (RFC 6455, section 5.5.2).
 */
final class SessionHeartbeat implements Heartbeat.Peer {

	private static final Log logger = LogFactory.getLog(SessionHeartbeat.class);

	/** Distinguishes answers to our own pings from answers to the application's. */
	private static final ByteBuf PAYLOAD = Unpooled
		.unreleasableBuffer(Unpooled.copiedBuffer("heartbeat", StandardCharsets.US_ASCII).asReadOnly());

	private final Channel channel;

	private final ByteTransport transport;

	private final OutboundFrames outbound;

	SessionHeartbeat(Channel channel, ByteTransport transport, OutboundFrames outbound) {
		this.channel = channel;
		this.transport = transport;
		this.outbound = outbound;
	}

	static boolean isAnswer(WebSocketFrame pong) {
		return pong.content().equals(PAYLOAD);
	}

	@Override
	public void ping() {
		this.transport.pinged();
		this.outbound.ping(PAYLOAD.duplicate());
	}

	@Override
	public void listen() {
		this.transport.listen();
	}

	@Override
	public boolean hasBeenHeard() {
		return this.transport.hasBeenHeard();
	}

	@Override
	public void abort() {
		logger.debug("Nothing heard from the peer of " + this.channel);
		SessionTraffic traffic = this.outbound.traffic();
		if (traffic != null) {
			traffic.heartbeatLost();
		}
		this.transport.abort();
	}

}
