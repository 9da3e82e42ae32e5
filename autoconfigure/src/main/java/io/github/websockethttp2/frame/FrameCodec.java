package io.github.websockethttp2.frame;

import java.util.function.BooleanSupplier;

import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import org.jspecify.annotations.Nullable;

/**
 * Creates the handlers between the bytes and the frames of a session. Thread-safe.
 */
public final class FrameCodec {

	private final Role role;

	/** Usually shared by all sessions. */
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
	 * @param maxMessageSize the maximum size of a message in bytes, including all its
	 * fragments
	 * @param compression the negotiated compression, or {@code null} for none
	 * @param paused whether the decoder should leave bytes undecoded
	 * @param backlog whether the encoder should go on collecting
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
