package io.github.websockethttp2.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Carries a session on an HTTP/1.1 connection of its own (RFC 6455).
 */
final class SessionConnection extends ByteToMessageDecoder implements LoadSession.FrameOutput {

	private static final int COPIED = 4096;

	private static final byte[] END_OF_HEADERS = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

	private static final String ACCEPTED = "HTTP/1.1 101";

	private final byte[] request;

	private final LoadClient client;

	private final LoadSession session;

	private ChannelHandlerContext context;

	private @Nullable ByteBuf out;

	private boolean opened;

	@SuppressWarnings("NullAway.Init")
	SessionConnection(LoadClient client, String path, LoadListener listener) {
		this.client = client;
		this.request = ("GET " + path + " HTTP/1.1\r\nhost: localhost\r\norigin: "
				+ (client.target().tls() ? "https" : "http")
				+ "://localhost\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
				+ "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n"
				+ (client.target().compressed() ? "sec-websocket-extensions: " + Inflation.OFFER + "\r\n" : "")
				+ "\r\n")
			.getBytes(StandardCharsets.US_ASCII);
		this.session = new LoadSession(listener, this, client.inflation());
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.context = ctx;
	}

	@Override
	public void channelActive(ChannelHandlerContext ctx) {
		ctx.writeAndFlush(Unpooled.wrappedBuffer(this.request));
	}

	@Override
	protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> results) {
		if (!this.opened) {
			handshake(in);
		}
		else if (in.isReadable()) {
			this.session.read(in, in.readableBytes());
		}
	}

	private void handshake(ByteBuf in) {
		String response = in.toString(StandardCharsets.US_ASCII);
		int end = response.indexOf("\r\n\r\n");
		if (end < 0) {
			return;
		}
		if (!response.startsWith(ACCEPTED)) {
			throw new LoadException("The handshake was answered with " + response.lines().findFirst().orElse(""));
		}
		in.skipBytes(end + END_OF_HEADERS.length);
		this.opened = true;
		this.session.opened();
	}

	@Override
	public void send(byte[] frame) {
		if (frame.length > COPIED) {
			writeOut();
			this.context.write(Unpooled.wrappedBuffer(frame), this.context.voidPromise());
			return;
		}
		ByteBuf out = this.out;
		if (out == null) {
			out = LoadClient.ALLOCATOR.directBuffer(1024);
			this.out = out;
		}
		out.writeBytes(frame);
	}

	@Override
	public void flush() {
		writeOut();
		this.context.flush();
	}

	private void writeOut() {
		ByteBuf out = this.out;
		if (out != null) {
			this.out = null;
			this.context.write(out, this.context.voidPromise());
		}
	}

	@Override
	public void closed() {
		// The server closes the connection (RFC 6455, section 7.1.1)
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
		super.channelReadComplete(ctx);
		flush();
	}

	@Override
	protected void handlerRemoved0(ChannelHandlerContext ctx) {
		if (this.out != null) {
			this.out.release();
			this.out = null;
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) throws Exception {
		super.channelInactive(ctx);
		if (!this.opened) {
			this.client.failed(new LoadException("The connection was closed before the handshake was answered"));
		}
		this.session.ended();
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		this.client.failed(cause);
		ctx.close();
	}

}
