package io.github.websockethttp2.frame;

import java.util.function.BooleanSupplier;

import io.netty.channel.ChannelHandler;
import org.jspecify.annotations.Nullable;

/**
 * Creates the handlers between the bytes and the frames of a session. Thread-safe.
 */
public final class FrameCodec {

	private final Role role;

	/** Usually shared by all sessions. */
	private volatile @Nullable FrameRules rules;

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
	 * @param output where the encoder's bytes go
	 * @return new handlers
	 */
	public ChannelHandler[] handlers(int maxMessageSize, @Nullable PerMessageDeflate compression,
			BooleanSupplier paused, ByteOutput output) {
		ChannelHandler decoder = new FrameDecoder(rules(maxMessageSize, compression != null), paused);
		ChannelHandler encoder = new FrameEncoder(this.role, output);
		ChannelHandler utf8 = new TextFrameValidator();
		return (compression != null)
				? new ChannelHandler[] { decoder, encoder,
						new PerMessageDeflateHandler(compression.windowBits(this.role), maxMessageSize), utf8 }
				: new ChannelHandler[] { decoder, encoder, utf8 };
	}

	private FrameRules rules(int maxMessageSize, boolean compressed) {
		int maxFrameSize = (compressed) ? MessageInflater.maxFrameSize(maxMessageSize) : maxMessageSize;
		FrameRules rules = this.rules;
		if (rules == null || rules.maxLength() != maxFrameSize || rules.extension() != compressed) {
			rules = new FrameRules(this.role, compressed, maxFrameSize);
			this.rules = rules;
		}
		return rules;
	}

}
