package io.github.websockethttp2.testsupport;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A WebSocket that a test drives frame by frame, over an HTTP/2 stream or over HTTP/1.1.
 * Whatever the test does not await must not come: an unexpected frame fails the wait for
 * another one. Frames that a server may not send fail, too.
 */
public final class WebSocketStream {

	private final ByteStream bytes;

	private final Http2Stream stream;

	WebSocketStream(ByteStream bytes) {
		this.bytes = bytes;
		this.stream = (bytes instanceof Http2Stream http2Stream) ? http2Stream : null;
	}

	/**
	 * Creates the WebSocket on a stream whose handshake has been accepted or soon will.
	 * @param stream the stream
	 * @return the WebSocket
	 */
	public static WebSocketStream of(Http2Stream stream) {
		return new WebSocketStream(stream);
	}

	/**
	 * Returns the HTTP/2 stream that carries the WebSocket.
	 * @return the stream
	 */
	public Http2Stream stream() {
		if (this.stream == null) {
			throw new IllegalStateException("The WebSocket is not on HTTP/2");
		}
		return this.stream;
	}

	/**
	 * Sends a text message.
	 * @param text the text
	 * @return completed when it has been written
	 */
	public CompletableFuture<Void> sendText(String text) {
		return sendFrame(true, 0, Frame.TEXT, bytes(text));
	}

	/**
	 * Sends a binary message.
	 * @param payload the payload
	 * @return completed when it has been written
	 */
	public CompletableFuture<Void> sendBinary(byte[] payload) {
		return sendFrame(true, 0, Frame.BINARY, payload);
	}

	/**
	 * Sends a continuation frame.
	 * @param payload the payload
	 * @param fin whether it ends the message
	 * @return completed when it has been written
	 */
	public CompletableFuture<Void> sendContinuation(byte[] payload, boolean fin) {
		return sendFrame(fin, 0, Frame.CONTINUATION, payload);
	}

	/**
	 * Sends a ping.
	 * @param payload the payload as text
	 * @return completed when it has been written
	 */
	public CompletableFuture<Void> sendPing(String payload) {
		return sendFrame(true, 0, Frame.PING, bytes(payload));
	}

	/**
	 * Sends a pong.
	 * @param payload the payload as text
	 * @return completed when it has been written
	 */
	public CompletableFuture<Void> sendPong(String payload) {
		return sendFrame(true, 0, Frame.PONG, bytes(payload));
	}

	/**
	 * Sends a close frame.
	 * @param code the status code
	 * @param reason the reason
	 * @return completed when it has been written
	 */
	public CompletableFuture<Void> sendClose(int code, String reason) {
		return sendFrame(true, 0, Frame.CLOSE, WebSocketFrames.closePayload(code, reason));
	}

	/**
	 * Sends a close frame without a status code.
	 * @return completed when it has been written
	 */
	public CompletableFuture<Void> sendClose() {
		return sendFrame(true, 0, Frame.CLOSE, new byte[0]);
	}

	/**
	 * Sends any frame, masked.
	 * @param fin whether it ends its message
	 * @param rsv the three reserved bits, RSV1 being 4
	 * @param opcode the opcode
	 * @param payload the payload
	 * @return completed when it has been written
	 */
	public CompletableFuture<Void> sendFrame(boolean fin, int rsv, int opcode, byte[] payload) {
		return sendBytes(WebSocketFrames.masked(fin, rsv, opcode, payload));
	}

	/**
	 * Sends any frame, unmasked.
	 * @param fin whether it ends its message
	 * @param rsv the three reserved bits, RSV1 being 4
	 * @param opcode the opcode
	 * @param payload the payload
	 * @return completed when it has been written
	 */
	public CompletableFuture<Void> sendUnmaskedFrame(boolean fin, int rsv, int opcode, byte[] payload) {
		return sendBytes(WebSocketFrames.unmasked(fin, rsv, opcode, payload));
	}

	/**
	 * Sends bytes that need not be a whole frame.
	 * @param bytes the bytes
	 * @return completed when they have been written
	 */
	public CompletableFuture<Void> sendBytes(byte[] bytes) {
		return this.bytes.write(bytes);
	}

	/**
	 * Ends the bytes of this side: END_STREAM, or a half-closed TCP connection.
	 * @return completed when the end has been written
	 */
	public CompletableFuture<Void> endStream() {
		return this.bytes.endStream();
	}

	/**
	 * Takes the next frame.
	 * @return the frame
	 */
	public Frame awaitFrame() {
		byte[] head = this.bytes.awaitBytes(2, "head of a WebSocket frame");
		if ((head[1] & 0x80) != 0) {
			throw new AssertionError("The server sent a masked frame");
		}
		int opcode = head[0] & 0x0F;
		Frame frame = new Frame((head[0] & 0x80) != 0, (head[0] & 0x70) >> 4, opcode,
				this.bytes.awaitBytes(awaitLength(head[1] & 0x7F), "payload of a frame with opcode " + opcode));
		if (frame.isControl() && (!frame.fin() || frame.payload().length > 125)) {
			throw new AssertionError("The server sent a control frame that is too long or fragmented: " + frame);
		}
		if ((opcode > Frame.BINARY && opcode < Frame.CLOSE) || opcode > Frame.PONG) {
			throw new AssertionError("The server sent a frame with a reserved opcode: " + frame);
		}
		return frame;
	}

	/**
	 * Takes the next message, which must be text.
	 * @return the text
	 */
	public String awaitText() {
		return Frame.utf8(awaitMessage(Frame.TEXT));
	}

	/**
	 * Takes the next message, which must be binary.
	 * @return the payload
	 */
	public byte[] awaitBinary() {
		return awaitMessage(Frame.BINARY);
	}

	/**
	 * Takes the next frame, which must be a ping.
	 * @return the payload as text
	 */
	public String awaitPing() {
		return awaitFrame(Frame.PING).text();
	}

	/**
	 * Takes the next frame, which must be a pong.
	 * @return the payload as text
	 */
	public String awaitPong() {
		return awaitFrame(Frame.PONG).text();
	}

	/**
	 * Takes the next frame, which must be a close frame.
	 * @return what it says
	 */
	public Close awaitClose() {
		return Close.of(awaitFrame(Frame.CLOSE));
	}

	/**
	 * Skips frames up to a close frame and takes it.
	 * @return what it says
	 */
	public Close skipToClose() {
		while (true) {
			Frame frame = awaitFrame();
			if (frame.opcode() == Frame.CLOSE) {
				return Close.of(frame);
			}
		}
	}

	/**
	 * Waits for the end of the server's bytes. Fails if there are bytes before the end.
	 * @return how the bytes ended
	 */
	public EndOfBytes awaitEndOfBytes() {
		byte[] rest = this.bytes.awaitRest();
		if (rest.length > 0) {
			throw new AssertionError("The server sent " + rest.length + " more bytes before the end, the first of them "
					+ firstOf(rest));
		}
		return this.bytes.awaitEndOfBytes();
	}

	/**
	 * Waits for the end of the server's bytes, whatever comes before.
	 * @return how the bytes ended
	 */
	public EndOfBytes skipToEndOfBytes() {
		this.bytes.awaitRest();
		return this.bytes.awaitEndOfBytes();
	}

	private Frame awaitFrame(int opcode) {
		Frame frame = awaitFrame();
		if (frame.opcode() != opcode || frame.rsv() != 0) {
			throw new AssertionError("Awaited a frame with opcode " + opcode + " but received " + frame
					+ ((frame.opcode() == Frame.CLOSE) ? " " + Close.of(frame) : ""));
		}
		return frame;
	}

	private byte[] awaitMessage(int opcode) {
		Frame frame = awaitFrame(opcode);
		ByteArrayOutputStream message = new ByteArrayOutputStream();
		message.writeBytes(frame.payload());
		while (!frame.fin()) {
			frame = awaitFrame(Frame.CONTINUATION);
			message.writeBytes(frame.payload());
		}
		return message.toByteArray();
	}

	private int awaitLength(int shortLength) {
		long length = shortLength;
		long least = 0;
		if (shortLength == 126) {
			length = ByteBuffer.wrap(this.bytes.awaitBytes(2, "length of a frame")).getShort() & 0xFFFF;
			least = 126;
		}
		else if (shortLength == 127) {
			length = ByteBuffer.wrap(this.bytes.awaitBytes(8, "length of a frame")).getLong();
			least = 0x10000;
		}
		if (length < least || length > Integer.MAX_VALUE) {
			throw new AssertionError("The server sent a frame with the length " + length + " in the wrong form");
		}
		return (int) length;
	}

	private static List<String> firstOf(byte[] bytes) {
		List<String> hex = new ArrayList<>();
		for (int i = 0; i < Math.min(16, bytes.length); i++) {
			hex.add("%02x".formatted(bytes[i]));
		}
		return hex;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
