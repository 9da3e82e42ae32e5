package io.github.websockethttp2.transport;

import io.github.websockethttp2.frame.InboundMark;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/**
 * Where the peer's output stands with regard to its end. The session is told once it has
 * read everything before it. Until then the rest is kept as bytes, which cost less than
 * the messages in them. Confined to the event loop.
 */
enum InputEnd {

	/** More may arrive. */
	OPEN,

	/** Nothing more will arrive. */
	REACHED,

	/** The session knows that it is to read on. */
	ANNOUNCED,

	/** The session has read everything and knows it. */
	TOLD;

	/**
	 * Nothing more will arrive.
	 * @return where it stands now
	 */
	InputEnd reached() {
		return (this == OPEN) ? REACHED : this;
	}

	/**
	 * Returns where it stands once the session has been told, if there is something to
	 * tell.
	 * @param allRead whether the session has read everything
	 */
	InputEnd tell(boolean allRead) {
		if (this == OPEN || this == TOLD) {
			return this;
		}
		return (allRead) ? TOLD : ANNOUNCED;
	}

	/**
	 * Returns the event that tells the session.
	 */
	Object event() {
		return (this == TOLD) ? ChannelInputShutdownEvent.INSTANCE : InboundMark.ENDING;
	}

}
