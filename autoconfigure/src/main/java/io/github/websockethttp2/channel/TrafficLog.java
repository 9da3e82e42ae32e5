package io.github.websockethttp2.channel;

import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

import io.github.websockethttp2.frame.SharedMessage;
import io.github.websockethttp2.session.PrintableText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Logs the frames of a session, uncompressed, with the first part of their payload. Is in
 * the pipeline only if its category was on when the session opened, so that it costs
 * nothing otherwise. A session logs at most {@value #MAX_LINES} lines in a second, and
 * then how many it has left out.
 */
final class TrafficLog extends ChannelDuplexHandler {

	/** The name of the category, for the application's configuration. */
	static final String CATEGORY = "io.github.websockethttp2.traffic";

	/** In a second. */
	static final int MAX_LINES = 100;

	private static final Log logger = LogFactory.getLog(CATEGORY);

	private static final long SECOND = 1_000_000_000;

	private static final int MAX_CHARACTERS = 64;

	/** Of a payload that is not text. */
	private static final int MAX_BYTES = MAX_CHARACTERS / 2;

	private static final int MAX_UTF8_BYTES = 4 * MAX_CHARACTERS;

	private final String sessionId;

	private final LongSupplier nanoTime;

	private long begin;

	private int lines;

	private int omitted;

	TrafficLog(String sessionId, LongSupplier nanoTime) {
		this.sessionId = sessionId;
		this.nanoTime = nanoTime;
		this.begin = nanoTime.getAsLong();
	}

	/**
	 * Logs the frames of a session if the category is on.
	 * @param pipeline the pipeline of the session
	 * @param sessionHandler the session's handler, which the frames go to and come from
	 * @param sessionId the session's id
	 */
	static void addIfOn(ChannelPipeline pipeline, ChannelHandler sessionHandler, String sessionId) {
		ChannelHandlerContext ctx = (logger.isTraceEnabled()) ? pipeline.context(sessionHandler) : null;
		if (ctx != null) {
			pipeline.addBefore(ctx.name(), null, new TrafficLog(sessionId, System::nanoTime));
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (message instanceof WebSocketFrame frame) {
			log("received", frame);
		}
		ctx.fireChannelRead(message);
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (message instanceof WebSocketFrame frame) {
			log("sent", frame);
		}
		else if (message instanceof SharedMessage shared) {
			log("sent", shared.toFrame());
		}
		ctx.write(message, promise);
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		logOmitted();
	}

	private void log(String what, WebSocketFrame frame) {
		if (!logger.isTraceEnabled()) {
			return;
		}
		long now = this.nanoTime.getAsLong();
		if (now - this.begin >= SECOND) {
			logOmitted();
			this.begin = now;
			this.lines = 0;
		}
		if (this.lines < MAX_LINES) {
			this.lines++;
			logger.trace("Session " + this.sessionId + " " + what + " " + describe(frame));
		}
		else {
			this.omitted++;
		}
	}

	private void logOmitted() {
		if (this.omitted != 0) {
			logger.trace("Session " + this.sessionId + ": " + this.omitted + " more frames");
			this.omitted = 0;
		}
	}

	private static String describe(WebSocketFrame frame) {
		String type = frame.getClass().getSimpleName().replace("WebSocketFrame", "");
		if (frame.refCnt() == 0) {
			// A message that the application has released, which is not going to be sent
			return type + ", released";
		}
		int size = frame.content().readableBytes();
		return type + ((frame.isFinalFragment()) ? "" : ", not final") + ", " + size
				+ ((size == 1) ? " byte" : " bytes") + payload(frame);
	}

	private static String payload(WebSocketFrame frame) {
		if (frame instanceof CloseWebSocketFrame close && close.content().isReadable()) {
			return ": " + close.statusCode() + " \"" + PrintableText.of(close.reasonText(), MAX_CHARACTERS) + "\"";
		}
		ByteBuf content = frame.content();
		int size = content.readableBytes();
		if (frame instanceof TextWebSocketFrame) {
			String begin = content.toString(content.readerIndex(), Math.min(size, MAX_UTF8_BYTES),
					StandardCharsets.UTF_8);
			return ": \"" + PrintableText.of(begin, MAX_CHARACTERS) + "\"";
		}
		return (size == 0) ? "" : ": " + ByteBufUtil.hexDump(content, content.readerIndex(), Math.min(size, MAX_BYTES))
				+ ((size > MAX_BYTES) ? "..." : "");
	}

}
