package io.github.websockethttp2.channel;

import io.github.websockethttp2.transport.ByteTransport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import org.jspecify.annotations.Nullable;

/**
 * A transport for tests of what is above it: has the room of its channel, and does
 * nothing.
 */
class QuietTransport implements ByteTransport {

	@Override
	public ByteBuf allocate(ByteBufAllocator allocator, int capacity) {
		return allocator.buffer(capacity);
	}

	private final Channel channel;

	QuietTransport(Channel channel) {
		this.channel = channel;
	}

	@Override
	public long bytesBeforeUnwritable() {
		return this.channel.bytesBeforeUnwritable();
	}

	@Override
	public boolean isWritable() {
		return this.channel.isWritable();
	}

	@Override
	public long bufferedAmount() {
		return this.channel.config().getWriteBufferHighWaterMark() + 1L - this.channel.bytesBeforeUnwritable();
	}

	@Override
	public @Nullable ChannelFuture unsent() {
		return null;
	}

	@Override
	public boolean copies(int length) {
		return false;
	}

	@Override
	public boolean isHoldingBack() {
		return false;
	}

	@Override
	public boolean needsPings() {
		return false;
	}

	@Override
	public boolean hasBeenHeard() {
		return true;
	}

	@Override
	public void begin() {
	}

	@Override
	public void exchangeEnded() {
	}

	@Override
	public void setReading(boolean reading) {
	}

	@Override
	public void flushWhenWritten() {
	}

	@Override
	public void whenFlushed(Runnable task) {
		task.run();
	}

	@Override
	public void flushConnection() {
	}

	@Override
	public void abort() {
	}

	@Override
	public void pinged() {
	}

	@Override
	public void listen() {
	}

}
