package io.github.websockethttp2.benchmarks.server;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one WebSocket: unmasks what comes and writes what is to be answered,
 * however the bytes are cut.
 */
final class NettyFrames {

	private static final int CLOSE = 8;

	private static final int PING = 9;

	private final boolean echo;

	private final boolean push;

	private final boolean broadcast;

	private int headerBytes;

	private int extendedBytes;

	private int first;

	private int mask;

	private long remaining;

	private @Nullable StringBuilder text;

	private @Nullable PushRequest pushRequest;

	private @Nullable BroadcastRequest broadcastRequest;

	NettyFrames(String path) {
		this.push = path.equals("/push");
		this.broadcast = path.equals(BroadcastHub.PATH);
		this.echo = path.equals("/echo");
	}

	/**
	 * Reads on.
	 * @param in bytes of a client
	 * @param out where the answer goes
	 * @return whether it ends with a Close frame
	 */
	boolean read(ByteBuf in, ByteBuf out) {
		while (in.isReadable()) {
			if (this.headerBytes == -1) {
				payload(in, out);
			}
			else if (header(in)) {
				this.headerBytes = -1;
				beginFrame(out);
			}
			if (this.headerBytes == -1 && this.remaining == 0) {
				this.headerBytes = 0;
				if (endFrame(out)) {
					return true;
				}
			}
		}
		return false;
	}

	@Nullable PushRequest takePush() {
		PushRequest request = this.pushRequest;
		this.pushRequest = null;
		return request;
	}

	@Nullable BroadcastRequest takeBroadcast() {
		BroadcastRequest request = this.broadcastRequest;
		this.broadcastRequest = null;
		return request;
	}

	static void header(ByteBuf out, int first, long length) {
		out.writeByte(first);
		if (length <= 125) {
			out.writeByte((int) length);
		}
		else if (length <= 0xffff) {
			out.writeByte(126).writeShort((int) length);
		}
		else {
			out.writeByte(127).writeLong(length);
		}
	}

	private boolean header(ByteBuf in) {
		int value = in.readUnsignedByte();
		switch (this.headerBytes++) {
			case 0 -> {
				this.first = value;
			}
			case 1 -> {
				int length = value & 0x7f;
				this.extendedBytes = (length == 126) ? 2 : (length == 127) ? 8 : 0;
				this.remaining = (this.extendedBytes == 0) ? length : 0;
			}
			default -> {
				if (this.headerBytes <= 2 + this.extendedBytes) {
					this.remaining = (this.remaining << 8) | value;
				}
				else {
					this.mask = (this.mask << 8) | value;
				}
			}
		}
		return this.headerBytes == 2 + this.extendedBytes + 4;
	}

	private void beginFrame(ByteBuf out) {
		int opcode = this.first & 0x0f;
		if (this.echo || opcode >= CLOSE) {
			header(out, (opcode == PING) ? this.first + 1 : this.first, this.remaining);
		}
	}

	private void payload(ByteBuf in, ByteBuf out) {
		int count = (int) Math.min(this.remaining, in.readableBytes());
		this.remaining -= count;
		if (!this.echo && (this.first & 0x0f) < CLOSE) {
			discard(in, count);
			return;
		}
		long wide = ((long) this.mask << 32) | (this.mask & 0xffffffffL);
		int left = count;
		out.ensureWritable(count);
		for (; left >= 8; left -= 8) {
			out.writeLong(in.readLong() ^ wide);
		}
		for (; left > 0; left--) {
			out.writeByte(in.readByte() ^ (this.mask >>> 24));
			this.mask = Integer.rotateLeft(this.mask, 8);
		}
	}

	private void discard(ByteBuf in, int count) {
		if (!this.push && !this.broadcast) {
			in.skipBytes(count);
			return;
		}
		StringBuilder text = (this.text != null) ? this.text : new StringBuilder();
		this.text = text;
		for (int i = 0; i < count; i++) {
			text.append((char) ((in.readByte() ^ (this.mask >>> 24)) & 0xff));
			this.mask = Integer.rotateLeft(this.mask, 8);
		}
	}

	private boolean endFrame(ByteBuf out) {
		int opcode = this.first & 0x0f;
		StringBuilder text = this.text;
		if (text != null && opcode < CLOSE) {
			if (this.push) {
				this.pushRequest = PushRequest.parse(text.toString());
			}
			else {
				this.broadcastRequest = BroadcastRequest.parse(text.toString());
			}
			this.text = null;
		}
		else if (!this.echo && opcode < CLOSE) {
			out.writeBytes("\u0081\u0001x".getBytes(StandardCharsets.ISO_8859_1));
		}
		return opcode == CLOSE;
	}

}
