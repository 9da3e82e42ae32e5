package io.github.websockethttp2.transport;

import io.netty.handler.codec.http2.Http2CodecUtil;
import org.jspecify.annotations.Nullable;

/**
 * The receive window of a connection (RFC 9113, section 5.2).
 *
 * @param size how many bytes a peer may send before it has to wait for the server to
 * consume some
 * @param pool how many of these bytes streams may borrow beyond their initial windows
 */
public record ConnectionWindow(int size, long pool) {

	private static final long DEFAULT_POOL = 8 * 1024 * 1024;

	/**
	 * Returns the smallest window that a connection can have. Netty's codec first grows
	 * the connection's window beyond HTTP/2's default by twice as much as the window of
	 * each stream, and a window cannot be taken back. {@code Http2SettingsOnTheWireTests}
	 * fails when that changes.
	 * @param streamWindow the initial window of a stream in bytes
	 * @return the size in bytes
	 */
	public static int least(long streamWindow) {
		long more = Math.max(0, streamWindow - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
		return (int) Math.min(Integer.MAX_VALUE, Http2CodecUtil.DEFAULT_WINDOW_SIZE + 2 * more);
	}

	/**
	 * Returns the window of a connection with the given streams.
	 * @param explicit the configured size, or {@code null} for the windows of all streams
	 * and a pool
	 * @param streamWindow the initial window of a stream in bytes
	 * @param streams how many streams there may be
	 * @return the window
	 */
	public static ConnectionWindow of(@Nullable Integer explicit, long streamWindow, long streams) {
		long needed = (streams > Integer.MAX_VALUE / streamWindow) ? Integer.MAX_VALUE : streams * streamWindow;
		int size = (explicit != null) ? explicit : (int) Math.min(Integer.MAX_VALUE, needed + DEFAULT_POOL);
		return new ConnectionWindow(size, Math.max(0, size - needed));
	}

}
