package io.github.websockethttp2.benchmarks.load;

import java.util.HexFormat;

import io.netty.buffer.ByteBuf;

/**
 * A WebSocket on a stream of an HTTP/2 connection (RFC 8441).
 */
final class WebSocketStream extends Http2Stream implements WebSocket.FrameOutput {

	private final Http2Connection connection;

	private final WebSocket webSocket;

	private boolean opened;

	WebSocketStream(int id, Http2Connection connection, WebSocketListener listener) {
		super(id);
		this.connection = connection;
		this.webSocket = new WebSocket(listener, this);
	}

	@Override
	void headers(byte[] block, boolean end) {
		if (this.opened) {
			return;
		}
		if (end || !HpackBlock.isOk(block)) {
			throw new LoadException("The handshake was not answered with 200, but with the header block "
					+ HexFormat.of().formatHex(block));
		}
		this.opened = true;
		this.webSocket.opened();
	}

	@Override
	void data(ByteBuf in, int count) {
		this.webSocket.read(in, count);
	}

	@Override
	void ended(boolean reset) {
		if (!this.opened) {
			throw new LoadException("The stream of a handshake was " + (reset ? "reset" : "ended"));
		}
		this.webSocket.ended();
	}

	@Override
	public void send(byte[] frame) {
		this.connection.send(this, frame);
	}

	@Override
	public void flush() {
		this.connection.flush();
	}

	@Override
	public void closed() {
		this.connection.endStream(this);
	}

}
