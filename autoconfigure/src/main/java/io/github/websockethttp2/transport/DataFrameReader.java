package io.github.websockethttp2.transport;

import java.util.Objects;

import io.github.websockethttp2.frame.HeldBytes;
import io.github.websockethttp2.frame.InboundMark;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import org.jspecify.annotations.Nullable;

/**
 * Turns the DATA frames of a session's stream (RFC 9113, section 6.1) into its bytes.
 * Every frame is taken off the connection at once, but the stream's window is given back
 * only for bytes that the session has read. A session that does not read holds its own
 * window and nothing else. Confined to the event loop.
 */
final class DataFrameReader implements DataReceiver {

	/** Bigger frames are delivered in chunks. */
	private static final int FRAME_SIZE = 16 * 1024;

	private final StreamConnection connection;

	private final HeldBytes held = new HeldBytes();

	private @Nullable ChannelHandlerContext ctx;

	private boolean reading;

	private boolean delivering;

	private boolean inRead;

	private boolean heard;

	private int consumed;

	private InputEnd end = InputEnd.OPEN;

	private @Nullable StreamWindow window;

	DataFrameReader(StreamConnection connection) {
		this.connection = connection;
	}

	/**
	 * The transport has joined the pipeline.
	 * @param ctx its context
	 */
	void added(ChannelHandlerContext ctx) {
		this.ctx = ctx;
	}

	/**
	 * Has DATA come straight from the decoder.
	 */
	void attach() {
		this.connection.streams().attach(stream(), this);
	}

	/**
	 * Has DATA come through the stream's channel again.
	 */
	void detach() {
		this.connection.streams().attach(stream(), null);
	}

	void setReading(boolean reading) {
		boolean resumed = reading && !this.reading;
		this.reading = reading;
		if (resumed && !this.delivering) {
			resumeDecoder();
			deliverHeld();
			tellOfEnd();
		}
	}

	/**
	 * Delivers the bytes in the decoder, which paused with the session.
	 */
	private void resumeDecoder() {
		this.delivering = true;
		try {
			context().fireUserEventTriggered(InboundMark.RESUMED);
		}
		finally {
			this.delivering = false;
		}
	}

	@Override
	public boolean dataRead(ByteBuf content, int padding) {
		boolean first = !this.inRead;
		this.inRead = true;
		try {
			onData(content, content.readableBytes() + padding);
		}
		catch (Throwable ex) {
			context().fireExceptionCaught(ex);
		}
		return first;
	}

	@Override
	public void dataReadComplete() {
		this.inRead = false;
		try {
			readComplete();
		}
		catch (Throwable ex) {
			context().fireExceptionCaught(ex);
		}
	}

	void readComplete() {
		giveBack();
		context().fireChannelReadComplete();
	}

	/**
	 * Takes DATA.
	 * @param content the bytes, which this object then owns
	 * @param flowControlledBytes how many bytes of the windows the frame has used
	 */
	void onData(ByteBuf content, int flowControlledBytes) {
		this.heard = true;
		this.consumed += flowControlledBytes - content.readableBytes();
		if (this.reading && this.held.isEmpty() && !this.delivering && content.readableBytes() <= FRAME_SIZE) {
			window().keptUp(stream().id(), content.readableBytes());
			deliver(content);
		}
		else {
			window().fellBehind();
			this.held.add(context().alloc(), content);
			if (!this.delivering) {
				deliverHeld();
			}
		}
	}

	/**
	 * The peer has ended its side of the stream.
	 */
	void onEnd() {
		this.end = this.end.reached();
		tellOfEnd();
	}

	private void tellOfEnd() {
		InputEnd before = this.end;
		this.end = before.tell(this.reading && this.held.isEmpty());
		if (this.end != before) {
			context().fireUserEventTriggered(this.end.event());
		}
	}

	private void deliverHeld() {
		while (this.reading && !this.held.isEmpty()) {
			ByteBuf bytes = this.held.take();
			if (bytes != null) {
				deliver(bytes);
				context().fireChannelReadComplete();
			}
		}
		giveBack();
	}

	private void deliver(ByteBuf bytes) {
		int size = bytes.readableBytes();
		this.delivering = true;
		try {
			context().fireChannelRead(bytes);
		}
		finally {
			this.delivering = false;
		}
		this.consumed += size;
	}

	private void giveBack() {
		int consumed = this.consumed;
		if (consumed > 0) {
			this.consumed = 0;
			this.connection.windows().consumed(stream(), consumed);
		}
	}

	/**
	 * Starts to listen for the peer.
	 */
	void listen() {
		this.heard = false;
	}

	/**
	 * Returns whether bytes have arrived since, or none could.
	 */
	boolean hasBeenHeard() {
		return this.heard || !this.connection.windows().canSend(stream());
	}

	/**
	 * The stream is closed.
	 */
	void closed() {
		detach();
		if (this.window != null) {
			this.window.giveBack();
		}
	}

	/**
	 * Releases what nobody will read.
	 */
	void release() {
		this.held.release();
	}

	private StreamWindow window() {
		StreamWindow window = this.window;
		if (window == null) {
			window = new StreamWindow(this.connection.windows());
			this.window = window;
		}
		return window;
	}

	private Http2FrameStream stream() {
		return ((Http2StreamChannel) context().channel()).stream();
	}

	private ChannelHandlerContext context() {
		return Objects.requireNonNull(this.ctx, "Not in a pipeline");
	}

}
