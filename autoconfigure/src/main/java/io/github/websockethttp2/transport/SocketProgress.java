package io.github.websockethttp2.transport;

import java.util.concurrent.TimeUnit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Whether a peer takes what had to wait for it. Behind a slow link a ping waits behind
 * what was written before, for longer than a peer has to answer, and the only sign of
 * life is that the data moves on. It is looked at when a ping is due or has not been
 * answered, and costs nothing in between.
 * <p>
 * That the socket takes something says nothing by itself: it has a buffer, which takes a
 * lot on behalf of a peer that is long gone. It does when the buffer was full. Where the
 * kernel can be asked (Linux, with Netty's native transport), that it still sends, and
 * that the peer's side acknowledges it, says the same of what is in that buffer.
 */
public final class SocketProgress {

	private static final boolean EPOLL = ClassUtils.isPresent("io.netty.channel.epoll.EpollSocketChannel",
			SocketProgress.class.getClassLoader());

	/** What is sent so soon after a ping was written is the ping: milliseconds. */
	private static final long PING_LEAVES = 100;

	private final Channel channel;

	private long pinged = System.nanoTime();

	private @Nullable Object waiting;

	private long written;

	/**
	 * Create the progress of a peer.
	 * @param channel the connection
	 */
	public SocketProgress(Channel channel) {
		this.channel = channel;
	}

	/**
	 * A ping is being written.
	 */
	public void pinged() {
		this.pinged = System.nanoTime();
	}

	/**
	 * Watches what waits now.
	 */
	public void watch() {
		ChannelOutboundBuffer outbound = this.channel.unsafe().outboundBuffer();
		this.waiting = (outbound != null) ? outbound.current() : null;
		this.written = (outbound != null) ? outbound.currentProgress() : 0;
	}

	/**
	 * Returns whether any of what waited at {@link #watch()} has left since.
	 * @return whether the peer takes it
	 */
	public boolean hasMoved() {
		if (this.waiting != null) {
			ChannelOutboundBuffer outbound = this.channel.unsafe().outboundBuffer();
			if (outbound == null || outbound.current() != this.waiting || outbound.currentProgress() != this.written) {
				return true;
			}
		}
		long sincePing = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.pinged) - PING_LEAVES;
		return EPOLL && Kernel.hasSent(this.channel, sincePing);
	}

	/**
	 * What the kernel knows of a connection.
	 */
	private static final class Kernel {

		static boolean hasSent(Channel channel, long millis) {
			if (channel instanceof EpollSocketChannel socket) {
				try {
					EpollTcpInfo info = socket.tcpInfo();
					return info.lastDataSent() < millis && info.lastAckRecv() < millis;
				}
				catch (ChannelException ex) {
					// The connection is closed
				}
			}
			return false;
		}

	}

}
