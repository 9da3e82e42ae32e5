package io.github.websockethttp2.frame;

import java.nio.ByteBuffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtension;
import org.jspecify.annotations.Nullable;

/**
 * A message that many sessions send. It is encoded once, and compressed once for each
 * size of window that a session has negotiated, when the first such session sends it.
 * Since no message refers back to another, all sessions can send the same bytes.
 * Immutable for those who see it, and thread-safe.
 */
public final class SharedMessage {

	private static final int MAX_WINDOW_BITS = 15;

	private final boolean text;

	private final SharedFrame uncompressed;

	/** By window bits. Guarded by this object. */
	private @Nullable SharedFrame @Nullable [] compressed;

	/**
	 * Encode a message.
	 * @param text whether it is text
	 * @param payload the payload, which is copied and stays the caller's
	 */
	public SharedMessage(boolean text, ByteBuf payload) {
		this.text = text;
		this.uncompressed = new SharedFrame(text, 0, payload);
	}

	/**
	 * Returns whether this is a text message.
	 * @return {@code false} if it is a binary one
	 */
	public boolean isText() {
		return this.text;
	}

	/**
	 * Returns the size of the uncompressed frame.
	 * @return the size in bytes
	 */
	public int size() {
		return this.uncompressed.size();
	}

	/**
	 * Returns the payload.
	 * @return a view that does not let the payload be changed
	 */
	public ByteBuffer payload() {
		return this.uncompressed.payload().nioBuffer().asReadOnlyBuffer();
	}

	/**
	 * Returns the size of the payload.
	 * @return the size in bytes
	 */
	public int payloadSize() {
		return this.uncompressed.payloadSize();
	}

	/**
	 * Returns the message as a frame, to show it.
	 * @return a new frame with the same payload
	 */
	public WebSocketFrame toFrame() {
		return this.uncompressed.toWebSocketFrame();
	}

	SharedFrame uncompressed() {
		return this.uncompressed;
	}

	/**
	 * Returns the message compressed. The first call for a size of window compresses.
	 * @param windowBits the base-2 logarithm of the window
	 */
	synchronized SharedFrame compressed(int windowBits) {
		@Nullable SharedFrame[] frames = this.compressed;
		if (frames == null) {
			frames = new @Nullable SharedFrame[MAX_WINDOW_BITS + 1];
			this.compressed = frames;
		}
		SharedFrame frame = frames[windowBits];
		if (frame == null) {
			frame = compress(windowBits);
			frames[windowBits] = frame;
		}
		return frame;
	}

	private SharedFrame compress(int windowBits) {
		ByteBuf payload = MessageDeflater.current()
			.deflate(ByteBufAllocator.DEFAULT, this.uncompressed.payload(), windowBits);
		try {
			return new SharedFrame(this.text, WebSocketExtension.RSV1, payload);
		}
		finally {
			payload.release();
		}
	}

}
