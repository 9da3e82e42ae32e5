package io.github.websockethttp2.channel;

import io.github.websockethttp2.frame.MessageAssembler;
import io.github.websockethttp2.session.SessionTraffic;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * Turns the frames of an open session into messages: assembles fragments (RFC 6455,
 * section 5.4) and answers pings (section 5.5.2). Confined to the event loop.
 */
final class InboundFrames {

	private final InboundMessages messages;

	private final OutboundFrames outbound;

	private final boolean deliverPings;

	private final MessageAssembler assembler;

	InboundFrames(InboundMessages messages, OutboundFrames outbound, SessionOpening opening) {
		this.messages = messages;
		this.outbound = outbound;
		this.deliverPings = opening.deliverPings();
		this.assembler = new MessageAssembler(opening.bufferFactory(), opening.maxMessageSize());
	}

	/**
	 * Handles any frame but a Close frame.
	 */
	void add(ByteBufAllocator allocator, WebSocketFrame frame) {
		if (frame instanceof PingWebSocketFrame) {
			onPing(frame);
		}
		else if (frame instanceof PongWebSocketFrame) {
			onPong(frame);
		}
		else {
			WebSocketMessage message = this.assembler.add(allocator, frame);
			if (message != null) {
				SessionTraffic traffic = this.outbound.traffic();
				if (traffic != null) {
					traffic.received(message.getPayload().readableByteCount());
				}
				this.messages.add(message);
			}
		}
	}

	private void onPing(WebSocketFrame frame) {
		if (this.deliverPings) {
			deliver(WebSocketMessage.Type.PING, frame);
		}
		else {
			this.outbound.answer(frame.content());
		}
	}

	private void onPong(WebSocketFrame frame) {
		if (SessionHeartbeat.isAnswer(frame)) {
			frame.release();
		}
		else {
			deliver(WebSocketMessage.Type.PONG, frame);
		}
	}

	private void deliver(WebSocketMessage.Type type, WebSocketFrame frame) {
		this.messages.add(this.assembler.whole(type, frame.content()));
	}

	void release() {
		this.assembler.release();
	}

}
