package io.github.websockethttp2.benchmarks.load;

import java.util.HexFormat;

import io.netty.buffer.ByteBuf;

/**
 * Carries a session on a stream of a {@link LoadConnection} (RFC 8441).
 */
final class SessionStream extends LoadStream implements LoadSession.FrameOutput {

	private final LoadConnection connection;

	private final LoadSession session;

	private boolean opened;

	SessionStream(int id, LoadConnection connection, LoadListener listener) {
		super(id);
		this.connection = connection;
		this.session = new LoadSession(listener, this, connection.inflation());
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
		this.session.opened();
	}

	@Override
	void data(ByteBuf in, int count) {
		this.session.read(in, count);
	}

	@Override
	void ended(boolean reset) {
		if (!this.opened) {
			throw new LoadException("The stream of a handshake was " + (reset ? "reset" : "ended"));
		}
		this.session.ended();
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
