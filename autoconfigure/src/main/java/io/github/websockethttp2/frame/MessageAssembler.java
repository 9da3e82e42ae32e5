package io.github.websockethttp2.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * Puts the fragments of a message together (RFC 6455, section 5.4) and limits what they
 * come to. That fragments come in order has been seen to by the frame decoder.
 */
public final class MessageAssembler {

	private final NettyDataBufferFactory bufferFactory;

	private final int maxMessageSize;

	private @Nullable HeldBytes fragments;

	private WebSocketMessage.Type type = WebSocketMessage.Type.BINARY;

	/**
	 * Create an assembler.
	 * @param bufferFactory makes the payloads of messages
	 * @param maxMessageSize bytes that a message may have
	 */
	public MessageAssembler(NettyDataBufferFactory bufferFactory, int maxMessageSize) {
		this.bufferFactory = bufferFactory;
		this.maxMessageSize = maxMessageSize;
	}

	/**
	 * Takes a data frame.
	 * @param allocator allocates the room for fragments
	 * @param frame the frame, whose ownership passes to this object
	 * @return the message that it completes, or {@code null}
	 * @throws CorruptedWebSocketFrameException with close code 1009 if the message is too
	 * big
	 */
	public @Nullable WebSocketMessage add(ByteBufAllocator allocator, WebSocketFrame frame) {
		if (!(frame instanceof ContinuationWebSocketFrame)) {
			this.type = (frame instanceof TextWebSocketFrame) ? WebSocketMessage.Type.TEXT
					: WebSocketMessage.Type.BINARY;
		}
		ByteBuf content = frame.content();
		long size = content.readableBytes() + ((this.fragments != null) ? (long) this.fragments.size() : 0);
		if (size > this.maxMessageSize) {
			content.release();
			release();
			throw new CorruptedWebSocketFrameException(WebSocketCloseStatus.MESSAGE_TOO_BIG,
					"Message exceeds " + this.maxMessageSize + " bytes");
		}
		if (this.fragments == null) {
			if (frame.isFinalFragment()) {
				return message(content);
			}
			this.fragments = new HeldBytes();
		}
		this.fragments.add(allocator, content);
		if (!frame.isFinalFragment()) {
			return null;
		}
		ByteBuf whole = this.fragments.takeAll(allocator);
		this.fragments = null;
		return message(whole);
	}

	private WebSocketMessage message(ByteBuf content) {
		return whole(this.type, content);
	}

	/**
	 * Makes a message that is not in fragments.
	 * @param type the type of the message
	 * @param content its payload, whose ownership passes to the message
	 * @return the message
	 */
	public WebSocketMessage whole(WebSocketMessage.Type type, ByteBuf content) {
		return new WebSocketMessage(type, this.bufferFactory.wrap(content));
	}

	/**
	 * Releases the fragments of a message whose rest will not come.
	 */
	public void release() {
		if (this.fragments != null) {
			this.fragments.release();
			this.fragments = null;
		}
	}

}
