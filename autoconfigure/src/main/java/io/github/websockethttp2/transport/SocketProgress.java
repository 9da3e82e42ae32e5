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
 * Observes whether a peer takes bytes that had to wait for it. On a slow link a ping
 * waits behind earlier bytes, for longer than the peer has to answer, and the only sign
 * of life is that these bytes are sent. Progress is checked when a ping is due or
 * unanswered, and costs nothing in between.
 * <p>
 * That the socket takes bytes proves nothing by itself, since its buffer also takes bytes
 * for a peer that is long gone. It proves something if the buffer was full. For the bytes
 * inside the buffer the kernel is asked, where that is possible (Linux, with Netty's
 * native transport), whether it still sends and the peer still acknowledges.
 */
public final class SocketProgress {

	private static final boolean EPOLL = ClassUtils.isPresent("io.netty.channel.epoll.EpollSocketChannel",
			SocketProgress.class.getClassLoader());

	/**
	 * What is sent within this time after a ping was written is the ping itself, in
	 * milliseconds.
	 */
	private static final long PING_LEAVES = 100;

	private final Channel channel;

	private long pinged = System.nanoTime();

	private @Nullable Object waiting;

	private long written;

	/**
	 * Create an observer.
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
	 * Remembers which bytes wait now.
	 */
	public void watch() {
		ChannelOutboundBuffer outbound = this.channel.unsafe().outboundBuffer();
		this.waiting = (outbound != null) ? outbound.current() : null;
		this.written = (outbound != null) ? outbound.currentProgress() : 0;
	}

	/**
	 * Returns whether any of the bytes that waited at {@link #watch()} have been sent
	 * since.
	 * @return whether the peer takes bytes
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
	 * Asks the kernel about a connection. A class of its own, since it needs Netty's
	 * native transport.
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
