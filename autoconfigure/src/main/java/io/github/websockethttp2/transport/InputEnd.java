package io.github.websockethttp2.transport;

import io.github.websockethttp2.frame.InboundMark;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/**
 * The end of a peer's output. The session is told once it has read everything before it.
 * Until then the rest is kept as bytes, which cost less than the messages in them.
 * Confined to the event loop.
 */
final class InputEnd {

	private State state = State.OPEN;

	/**
	 * Nothing more will arrive.
	 */
	void reached() {
		if (this.state == State.OPEN) {
			this.state = State.REACHED;
		}
	}

	/**
	 * Tells the session about the end, if it has been reached.
	 * @param ctx the transport's context
	 * @param allRead whether the session has read everything
	 */
	void tell(ChannelHandlerContext ctx, boolean allRead) {
		if (this.state == State.OPEN || this.state == State.TOLD) {
			return;
		}
		if (allRead) {
			this.state = State.TOLD;
			ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
		}
		else if (this.state == State.REACHED) {
			this.state = State.ANNOUNCED;
			ctx.fireUserEventTriggered(InboundMark.ENDING);
		}
	}

	private enum State {

		OPEN, REACHED, ANNOUNCED, TOLD

	}

}
