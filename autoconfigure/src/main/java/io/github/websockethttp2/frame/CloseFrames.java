package io.github.websockethttp2.frame;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;

import org.springframework.web.reactive.socket.CloseStatus;

/**
 * Converts Close frames (RFC 6455, section 5.5.1) to close statuses and back.
 */
public final class CloseFrames {

	/**
	 * The size of a control frame's payload in bytes (section 5.5), minus that of the
	 * code.
	 */
	private static final int MAX_REASON_SIZE = 123;

	private static final int CODE_SIZE = 2;

	/** The highest code (section 7.4.2). */
	private static final int MAX_CODE = 4999;

	private CloseFrames() {
	}

	/**
	 * Creates the Close frame for a status.
	 * @param status the status, whose reason is truncated if it is too long
	 * @return the frame
	 * @throws IllegalArgumentException if the status must not be sent (section 7.4.1)
	 */
	public static CloseWebSocketFrame of(CloseStatus status) {
		if (status.getCode() == CloseStatus.NO_STATUS_CODE.getCode()) {
			return new CloseWebSocketFrame();
		}
		String reason = status.getReason();
		return new CloseWebSocketFrame(status.getCode(), (reason != null) ? truncate(reason) : "");
	}

	private static String truncate(String reason) {
		byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
		if (bytes.length <= MAX_REASON_SIZE) {
			return reason;
		}
		int end = MAX_REASON_SIZE;
		while ((bytes[end] & 0xC0) == 0x80) {
			end--;
		}
		return new String(bytes, 0, end, StandardCharsets.UTF_8);
	}

	/**
	 * Reads and releases the Close frame of a peer.
	 * @param frame the frame, with a payload of no or at least two bytes
	 * @return the status
	 * @throws CorruptedWebSocketFrameException if the code is invalid, or if the reason
	 * is not UTF-8
	 */
	public static CloseStatus read(CloseWebSocketFrame frame) {
		try {
			int code = frame.statusCode();
			if (code == -1) {
				return CloseStatus.NO_STATUS_CODE;
			}
			if (code > MAX_CODE || !WebSocketCloseStatus.isValidStatusCode(code)) {
				throw new CorruptedWebSocketFrameException(WebSocketCloseStatus.PROTOCOL_ERROR,
						"Invalid close code " + code);
			}
			String reason = reason(frame);
			return new CloseStatus(code, (!reason.isEmpty()) ? reason : null);
		}
		finally {
			frame.release();
		}
	}

	private static String reason(CloseWebSocketFrame frame) {
		ByteBuf content = frame.content();
		try {
			return StandardCharsets.UTF_8.newDecoder()
				.decode(content.nioBuffer(content.readerIndex() + CODE_SIZE, content.readableBytes() - CODE_SIZE))
				.toString();
		}
		catch (CharacterCodingException ex) {
			throw new CorruptedWebSocketFrameException(WebSocketCloseStatus.INVALID_PAYLOAD_DATA,
					"Close reason is not UTF-8");
		}
	}

}
