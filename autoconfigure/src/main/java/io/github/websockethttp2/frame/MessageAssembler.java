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
 * Assembles the fragments of a message (RFC 6455, section 5.4) and limits their total
 * size. The frame decoder has already checked their order.
 */
public final class MessageAssembler {

	private final NettyDataBufferFactory bufferFactory;

	private final int maxMessageSize;

	private @Nullable HeldBytes fragments;

	private WebSocketMessage.Type type = WebSocketMessage.Type.BINARY;

	/**
	 * Create an assembler.
	 * @param bufferFactory creates the payloads of messages
	 * @param maxMessageSize the maximum size of a message in bytes
	 */
	public MessageAssembler(NettyDataBufferFactory bufferFactory, int maxMessageSize) {
		this.bufferFactory = bufferFactory;
		this.maxMessageSize = maxMessageSize;
	}

	/**
	 * Adds a data frame.
	 * @param allocator allocates the memory for fragments
	 * @param frame the frame, which this object then owns
	 * @return the message, or {@code null} if it is not complete yet
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
	 * Creates a message that is not fragmented.
	 * @param type the type of the message
	 * @param content the payload, which the message then owns
	 * @return the message
	 */
	public WebSocketMessage whole(WebSocketMessage.Type type, ByteBuf content) {
		return new WebSocketMessage(type, this.bufferFactory.wrap(content));
	}

	/**
	 * Releases the fragments of a message whose rest will not arrive.
	 */
	public void release() {
		if (this.fragments != null) {
			this.fragments.release();
			this.fragments = null;
		}
	}

}
