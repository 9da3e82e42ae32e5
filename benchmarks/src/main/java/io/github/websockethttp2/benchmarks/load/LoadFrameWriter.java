package io.github.websockethttp2.benchmarks.load;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Writes the frames of a {@link LoadConnection} (RFC 9113, section 6) one after the
 * other, into one buffer for all that leaves together.
 */
final class LoadFrameWriter {

	static final int HEADER = 9;

	static final int DATA = 0;

	static final int HEADERS = 1;

	static final int RST_STREAM = 3;

	static final int SETTINGS = 4;

	static final int PING = 6;

	static final int GOAWAY = 7;

	static final int WINDOW_UPDATE = 8;

	private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

	private @Nullable ByteBuf out;

	void preface(Windows windows) {
		out().writeBytes(PREFACE);
		header(12, SETTINGS, 0, 0).writeShort(0x02).writeInt(0).writeShort(0x04).writeInt(windows.stream());
		int increment = windows.connection() - Windows.DEFAULT;
		if (increment > 0) {
			windowUpdate(0, increment);
		}
	}

	void settingsAck() {
		header(0, SETTINGS, 1, 0);
	}

	void pong(ByteBuf ping) {
		header(8, PING, 1, 0).writeBytes(ping, ping.readerIndex(), 8);
	}

	void headers(int stream, byte[] block, boolean end) {
		header(block.length, HEADERS, end ? 0x05 : 0x04, stream).writeBytes(block);
	}

	void data(int stream, byte[] bytes, int offset, int count) {
		header(count, DATA, 0, stream).writeBytes(bytes, offset, count);
	}

	void end(int stream) {
		header(0, DATA, 1, stream);
	}

	void windowUpdate(int stream, int increment) {
		header(4, WINDOW_UPDATE, 0, stream).writeInt(increment);
	}

	int size() {
		return (this.out != null) ? this.out.readableBytes() : 0;
	}

	void writeTo(ChannelHandlerContext context) {
		ByteBuf out = this.out;
		if (out != null) {
			this.out = null;
			context.write(out, context.voidPromise());
		}
	}

	void release() {
		if (this.out != null) {
			this.out.release();
			this.out = null;
		}
	}

	private ByteBuf header(int length, int type, int flags, int stream) {
		return out().writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
	}

	private ByteBuf out() {
		ByteBuf out = this.out;
		if (out == null) {
			out = LoadClient.ALLOCATOR.directBuffer(4096);
			this.out = out;
		}
		return (out != null) ? out : Unpooled.EMPTY_BUFFER;
	}

}
