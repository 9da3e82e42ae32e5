package io.github.websockethttp2.benchmarks.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The client of a {@link ByteLoop} in the same process. It keeps what it sends until that
 * is delivered, in pieces, and checks that answers keep to the windows that it has
 * announced.
 */
final class ByteLoopClient {

	private static final int MASK = 0x01fe8037;

	/** Counts what is not released, so that Netty need not watch every single byte. */
	private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);

	private final EmbeddedChannel channel;

	private final ByteBuf waiting = buffer();

	private final ByteBuf unread = buffer();

	private final Map<Integer, ByteBuf> received = new HashMap<>();

	private final Map<Integer, List<Integer>> windowUpdates = new HashMap<>();

	private final Map<Integer, Integer> windows = new HashMap<>();

	private final Set<Integer> ended = new HashSet<>();

	private final List<Long> pongs = new ArrayList<>();

	private int initialWindow = 65_535;

	private int longestFrame;

	/** Windows become less when the loop has acknowledged that they are. */
	private final Queue<Runnable> unacknowledged = new ArrayDeque<>();

	ByteLoopClient() {
		this.channel = new EmbeddedChannel(new ChannelInitializer<Channel>() {

			@Override
			protected void initChannel(Channel channel) {
				channel.config().setAllocator(ByteLoopClient.this.allocator);
				channel.pipeline().addLast(new ByteLoop(100, new BroadcastHub(false)));
			}

		});
		this.windows.put(0, this.initialWindow);
		this.waiting.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
	}

	static ByteBuf buffer() {
		return Unpooled.buffer();
	}

	static byte[] bytes(ByteBuf buffer) {
		byte[] bytes = new byte[buffer.readableBytes()];
		buffer.getBytes(buffer.readerIndex(), bytes);
		return bytes;
	}

	/** Writes a WebSocket frame as a server does. */
	static void frame(ByteBuf out, int first, byte[] payload) {
		NettyFrames.header(out, first, payload.length);
		out.writeBytes(payload);
	}

	ByteLoopClient settings(int initialWindow) {
		header(6, 4, 0, 0).writeShort(4).writeInt(initialWindow);
		int change = initialWindow - this.initialWindow;
		this.initialWindow = initialWindow;
		List<Integer> open = this.windows.keySet().stream().filter((id) -> id != 0).toList();
		Runnable resize = () -> open.forEach((id) -> this.windows.merge(id, change, Integer::sum));
		if (change > 0) {
			resize.run();
			this.unacknowledged.add(() -> {
			});
		}
		else {
			this.unacknowledged.add(resize);
		}
		return this;
	}

	ByteLoopClient grow(int id, int increment) {
		header(4, 8, 0, id).writeInt(increment);
		this.windows.merge(id, increment, Integer::sum);
		return this;
	}

	ByteLoopClient open(int id, String path) {
		byte[] name = path.getBytes(StandardCharsets.US_ASCII);
		header(2 + name.length, 1, 0x04, id).writeByte(4).writeByte(name.length).writeBytes(name);
		this.windows.put(id, this.initialWindow);
		return this;
	}

	/** Sends a masked frame in DATA frames of the greatest length. */
	ByteLoopClient message(int id, int first, byte[] payload) {
		ByteBuf frame = buffer();
		NettyFrames.header(frame, first, payload.length);
		frame.setByte(1, frame.getByte(1) | 0x80).writeInt(MASK);
		for (int i = 0; i < payload.length; i++) {
			frame.writeByte(payload[i] ^ (MASK >>> (24 - 8 * (i % 4))));
		}
		while (frame.isReadable()) {
			int count = Math.min(16 * 1024, frame.readableBytes());
			header(count, 0, 0, id).writeBytes(frame, count);
		}
		return this;
	}

	ByteLoopClient end(int id) {
		header(0, 0, 1, id);
		return this;
	}

	ByteLoopClient reset(int id) {
		header(4, 3, 0, id).writeInt(8);
		return this;
	}

	ByteLoopClient ping(long content) {
		header(8, 6, 0, 0).writeLong(content);
		return this;
	}

	private ByteBuf header(int length, int type, int flags, int id) {
		return this.waiting.writeMedium(length).writeByte(type).writeByte(flags).writeInt(id);
	}

	void deliver() {
		deliver(new Random(0), Integer.MAX_VALUE);
	}

	/**
	 * Delivers what is waiting, in pieces of random lengths, and reads the answers.
	 * @param random decides
	 * @param longest how long a piece is at most
	 */
	void deliver(Random random, int longest) {
		while (this.waiting.isReadable()) {
			int most = Math.min(longest, this.waiting.readableBytes());
			int count = (longest == Integer.MAX_VALUE) ? most : 1 + random.nextInt(most);
			byte[] piece = new byte[count];
			this.waiting.readBytes(piece);
			this.channel.writeInbound(Unpooled.wrappedBuffer(piece));
			read();
		}
		this.waiting.clear();
	}

	private void read() {
		ByteBuf answer = this.channel.readOutbound();
		while (answer != null) {
			this.unread.writeBytes(answer);
			answer.release();
			answer = this.channel.readOutbound();
		}
		while (this.unread.readableBytes() >= 9
				&& this.unread.readableBytes() >= 9 + this.unread.getUnsignedMedium(this.unread.readerIndex())) {
			int length = this.unread.readUnsignedMedium();
			int type = this.unread.readByte();
			int flags = this.unread.readByte();
			frame(type, flags, this.unread.readInt(), this.unread.readSlice(length));
		}
		this.unread.discardReadBytes();
	}

	private void frame(int type, int flags, int id, ByteBuf payload) {
		int length = payload.readableBytes();
		switch (type) {
			case 0 -> {
				assertThat(this.ended).doesNotContain(id);
				spend(0, length);
				spend(id, length);
				this.longestFrame = Math.max(this.longestFrame, length);
				this.received.computeIfAbsent(id, (key) -> buffer()).writeBytes(payload);
				if ((flags & 1) != 0) {
					this.ended.add(id);
				}
			}
			case 1 -> assertThat(bytes(payload)).asHexString().isEqualTo("88");
			case 6 -> this.pongs.add(payload.readLong());
			case 8 -> this.windowUpdates.computeIfAbsent(id, (key) -> new ArrayList<>()).add(payload.readInt());
			default -> settings(type, flags);
		}
	}

	private void settings(int type, int flags) {
		assertThat(type).isEqualTo(4);
		if ((flags & 1) != 0) {
			this.unacknowledged.remove().run();
		}
	}

	private void spend(int id, int length) {
		if (length > 0) {
			int left = this.windows.merge(id, -length, Integer::sum);
			assertThat(left).as("window of stream " + id).isNotNegative();
		}
	}

	byte[] received(int id) {
		return bytes(this.received.getOrDefault(id, Unpooled.EMPTY_BUFFER));
	}

	boolean isEnded(int id) {
		return this.ended.contains(id);
	}

	int longestFrame() {
		return this.longestFrame;
	}

	List<Integer> windowUpdates(int id) {
		return this.windowUpdates.getOrDefault(id, List.of());
	}

	List<Long> pongs() {
		return this.pongs;
	}

	void close() {
		this.channel.finishAndReleaseAll();
	}

	/**
	 * Returns how many bytes the loop has taken from its allocator and not given back.
	 */
	long unreleased() {
		return this.allocator.metric().usedHeapMemory() + this.allocator.metric().usedDirectMemory();
	}

}
