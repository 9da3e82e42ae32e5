package io.github.websockethttp2.channel;

import java.io.IOException;

import io.github.websockethttp2.frame.SharedMessage;
import io.github.websockethttp2.session.SessionTraffic;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * Writes messages of senders, who get the exceptions that their messages cause in the
 * pipeline.
 */
final class MessageWrites {

	private boolean writing;

	private @Nullable Throwable error;

	/**
	 * Writes a message. If this fails, nothing of it is written.
	 * @param ctx where it is written
	 * @param message the message
	 * @param traffic counts it, or {@code null}
	 * @return the size of its payload
	 */
	int write(ChannelHandlerContext ctx, WebSocketMessage message, @Nullable SessionTraffic traffic) {
		if (message instanceof SharedWebSocketMessage ours) {
			return write(ctx, ours.shared(), traffic);
		}
		ByteBuf payload = NettyDataBufferFactory.toByteBuf(message.getPayload());
		int size = payload.readableBytes();
		writeOrThrow(ctx, MessageFrames.of(message, payload));
		if (traffic != null && MessageFrames.isData(message)) {
			traffic.sent(size);
		}
		return size;
	}

	/**
	 * Writes a shared message. If this fails, nothing of it is written.
	 * @param ctx where it is written
	 * @param message the message
	 * @param traffic counts it, or {@code null}
	 * @return the size of its payload
	 */
	int write(ChannelHandlerContext ctx, SharedMessage message, @Nullable SessionTraffic traffic) {
		writeOrThrow(ctx, message);
		if (traffic != null) {
			traffic.sent(message.payloadSize());
		}
		return message.payloadSize();
	}

	private void writeOrThrow(ChannelHandlerContext ctx, Object frame) {
		this.writing = true;
		try {
			ctx.write(frame, ctx.voidPromise());
		}
		finally {
			this.writing = false;
		}
		Throwable error = this.error;
		if (error != null) {
			this.error = null;
			throw Exceptions.propagate(error);
		}
	}

	/**
	 * Keeps an exception of the pipeline for the sender whose message is being written,
	 * if that message has caused it.
	 * @param cause the exception
	 * @return whether it has
	 */
	boolean caused(Throwable cause) {
		if (this.writing && !(cause instanceof IOException)) {
			this.error = cause;
			return true;
		}
		return false;
	}

}
