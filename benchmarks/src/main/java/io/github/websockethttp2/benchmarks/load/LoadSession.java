package io.github.websockethttp2.benchmarks.load;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket of the load generator, on a {@link SessionStream} or on a
 * {@link SessionConnection}. All of it happens on the event loop of its connection.
 */
public final class LoadSession implements MessageReader.Messages {

	private final MessageReader reader;

	private final LoadListener listener;

	private final FrameOutput output;

	private final Inflation.@Nullable Message compressed;

	private @Nullable Object attachment;

	private boolean open;

	private int closeStatus = 1006;

	LoadSession(LoadListener listener, FrameOutput output, @Nullable Inflation inflation) {
		this.reader = new MessageReader(this, inflation != null);
		this.compressed = (inflation != null) ? inflation.new Message() : null;
		this.listener = listener;
		this.output = output;
	}

	/**
	 * Sends a frame. It leaves with the next {@link #flush()}, or when what is being read
	 * is read.
	 * @param frame the whole frame, see {@link ClientFrames}
	 */
	public void send(byte[] frame) {
		this.output.send(frame);
	}

	/**
	 * Sends what waits.
	 */
	public void flush() {
		this.output.flush();
	}

	/**
	 * Begins the closing handshake.
	 */
	public void close() {
		send(ClientFrames.close(1000));
	}

	/**
	 * Returns what the listener keeps with the session.
	 * @param type its type
	 * @param <T> its type
	 * @return the attachment
	 */
	public <T> T attachment(Class<T> type) {
		return type.cast(this.attachment);
	}

	/**
	 * Keeps something with the session.
	 * @param attachment the attachment
	 */
	public void attach(Object attachment) {
		this.attachment = attachment;
	}

	void opened() {
		this.open = true;
		this.listener.opened(this);
	}

	void read(ByteBuf in, int count) {
		this.reader.read(in, count);
	}

	void ended() {
		if (this.open) {
			this.open = false;
			this.listener.closed(this, this.closeStatus);
		}
	}

	@Override
	public void payload(ByteBuf in, int index, int count) {
		if (this.compressed != null) {
			this.compressed.add(in, index, count);
			return;
		}
		if (in.getByte(index) != ClientFrames.FILL || in.getByte(index + count - 1) != ClientFrames.FILL) {
			throw new LoadException("The payload is not the one that was sent");
		}
	}

	@Override
	public void message(int opcode, long length) {
		this.listener.message(this, opcode == ClientFrames.TEXT,
				(this.compressed != null) ? this.compressed.end() : length);
	}

	@Override
	public void control(int opcode, byte[] payload) {
		if (opcode == ClientFrames.PING) {
			send(ClientFrames.frame(ClientFrames.PONG, payload));
		}
		else if (opcode == ClientFrames.CLOSE) {
			this.closeStatus = (payload.length >= 2) ? ((payload[0] & 0xff) << 8) | (payload[1] & 0xff) : 1005;
			this.output.closed();
		}
	}

	/**
	 * Where the frames of a session go.
	 */
	interface FrameOutput {

		void send(byte[] frame);

		void flush();

		/**
		 * The server has sent its Close frame.
		 */
		void closed();

	}

}
