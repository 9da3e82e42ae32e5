package io.github.websockethttp2.frame;

import java.util.function.BooleanSupplier;

import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import org.jspecify.annotations.Nullable;

/**
 * Makes the handlers between the bytes and the frames of a session. Safe for use from any
 * thread.
 */
public final class FrameCodec {

	private final Role role;

	/** Mostly all sessions share one. */
	private volatile @Nullable WebSocketDecoderConfig decoderConfig;

	/**
	 * Create a codec.
	 * @param role which end this is
	 */
	public FrameCodec(Role role) {
		this.role = role;
	}

	/**
	 * Returns the handlers of a session, in pipeline order.
	 * @param maxMessageSize bytes of a message, of all its fragments together
	 * @param compression the compression that is agreed, or {@code null} for none
	 * @param paused tells the decoder to leave bytes as they are
	 * @param backlog tells the encoder to go on collecting
	 * @return new handlers
	 */
	public ChannelHandler[] handlers(int maxMessageSize, @Nullable PerMessageDeflate compression,
			BooleanSupplier paused, SendBacklog backlog) {
		ChannelHandler decoder = new PausingFrameDecoder(decoderConfig(maxMessageSize, compression != null), paused);
		ChannelHandler encoder = new FrameEncoder(this.role, backlog);
		ChannelHandler utf8 = new TextFrameValidator();
		return (compression != null)
				? new ChannelHandler[] { decoder, encoder,
						new PerMessageDeflateHandler(compression.windowBits(this.role), maxMessageSize), utf8 }
				: new ChannelHandler[] { decoder, encoder, utf8 };
	}

	private WebSocketDecoderConfig decoderConfig(int maxMessageSize, boolean compressed) {
		int maxFrameSize = (compressed) ? MessageInflater.maxFrameSize(maxMessageSize) : maxMessageSize;
		WebSocketDecoderConfig config = this.decoderConfig;
		if (config == null || config.maxFramePayloadLength() != maxFrameSize
				|| config.allowExtensions() != compressed) {
			config = WebSocketDecoderConfig.newBuilder()
				.maxFramePayloadLength(maxFrameSize)
				.allowExtensions(compressed)
				.expectMaskedFrames(this.role == Role.SERVER)
				.closeOnProtocolViolation(false)
				.build();
			this.decoderConfig = config;
		}
		return config;
	}

}
