package io.github.websockethttp2.benchmarks.server;

import java.util.LinkedHashSet;
import java.util.Set;

import io.netty.channel.ChannelHandlerContext;

/**
 * The streams of a {@link ByteLoop} that get what is sent to everybody.
 */
final class ByteLoopMember implements BroadcastHub.Member {

	private final Set<ByteLoopStream> streams = new LinkedHashSet<>();

	private final BroadcastHub hub;

	private final ChannelHandlerContext context;

	private final ByteLoopOutput output;

	ByteLoopMember(BroadcastHub hub, ChannelHandlerContext context, ByteLoopOutput output) {
		this.hub = hub;
		this.context = context;
		this.output = output;
	}

	void opened(ByteLoopStream stream, String path) {
		if (path.equals(BroadcastHub.PATH)) {
			this.streams.add(stream);
			this.hub.group(this.context.executor()).add(this);
			this.hub.add(1);
		}
	}

	void ended(ByteLoopStream stream) {
		if (this.streams.remove(stream)) {
			this.hub.add(-1);
		}
	}

	void read(ByteLoopStream stream) {
		BroadcastRequest request = stream.frames.takeBroadcast();
		if (request != null) {
			this.hub.send(request, this.context.executor());
		}
	}

	@Override
	public void deliver(byte[] frame) {
		this.streams.forEach((stream) -> this.output.send(stream, frame));
		this.output.flush();
	}

	void release() {
		this.hub.group(this.context.executor()).remove(this);
		this.hub.add(-this.streams.size());
		this.streams.clear();
	}

}
