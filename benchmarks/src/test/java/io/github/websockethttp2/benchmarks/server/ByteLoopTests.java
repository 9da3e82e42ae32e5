package io.github.websockethttp2.benchmarks.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The hand-written loop answers every octet, however what comes is cut, and keeps to the
 * windows of both sides.
 */
class ByteLoopTests {

	private static final int KB = 1024;

	private static final int[] LENGTHS = { 0, 1, 125, 126, 127, 5000, 16 * KB - 8, 16 * KB, 65_536 };

	private final ByteLoopClient client = new ByteLoopClient();

	@AfterEach
	void assertReleased() {
		this.client.close();
		assertThat(this.client.unreleased()).isZero();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 10, 1000, 70_000, Integer.MAX_VALUE })
	void everyOctetComesBack(int longest) {
		Random random = new Random(longest);
		this.client.settings(8 * KB * KB).grow(0, 8 * KB * KB);
		List<Socket> sockets = List.of(new Socket(1, random), new Socket(3, random));
		sockets.forEach((socket) -> this.client.open(socket.id, "/echo"));
		while (sockets.stream().anyMatch(Socket::hasNext)) {
			sockets.stream().filter((socket) -> random.nextBoolean()).forEach(Socket::sendNext);
		}
		this.client.deliver(random, longest);
		sockets.forEach((socket) -> {
			assertThat(this.client.received(socket.id)).isEqualTo(ByteLoopClient.bytes(socket.expected));
			assertThat(this.client.isEnded(socket.id)).isTrue();
		});
		assertThat(this.client.longestFrame()).isLessThanOrEqualTo(16 * KB);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4, 5 })
	void windowsAreKept(int seed) {
		Random random = new Random(seed);
		this.client.settings(random.nextInt(1000));
		List<Socket> sockets = List.of(new Socket(1, random), new Socket(3, random), new Socket(5, random));
		sockets.forEach((socket) -> this.client.open(socket.id, "/echo"));
		while (sockets.stream().anyMatch((socket) -> !this.client.isEnded(socket.id))) {
			Socket socket = sockets.get(random.nextInt(3));
			switch (random.nextInt(6)) {
				case 0 -> this.client.settings(random.nextInt(5 * KB));
				case 1 -> this.client.grow(0, 1 + random.nextInt(10 * KB));
				case 2 -> this.client.grow(socket.id, 1 + random.nextInt(20 * KB));
				default -> socket.sendNext();
			}
			this.client.deliver(random, 1 + random.nextInt(100 * KB));
		}
		sockets.forEach((socket) -> assertThat(this.client.received(socket.id))
			.isEqualTo(ByteLoopClient.bytes(socket.expected)));
	}

	@Test
	void closedWindowsHoldAnswersBack() {
		this.client.settings(100);
		this.client.open(1, "/echo").open(3, "/echo").deliver();
		byte[] first = new byte[1000];
		byte[] second = new byte[100_000];
		this.client.message(1, 0x82, first).message(3, 0x82, second).deliver();
		assertThat(this.client.received(1)).hasSize(100);
		assertThat(this.client.received(3)).hasSize(100);
		this.client.settings(50).grow(1, 60).deliver();
		assertThat(this.client.received(1)).as("minus 50, and 60 more").hasSize(110);
		this.client.grow(3, 200_000).deliver();
		assertThat(this.client.received(3)).as("what the connection has").hasSize(65_535 - 110);
		this.client.grow(1, 200_000).deliver();
		assertThat(this.client.received(1)).hasSize(110);
		this.client.grow(0, 200_000).deliver();
		assertThat(this.client.received(1)).hasSize(4 + 1000);
		assertThat(this.client.received(3)).hasSize(10 + 100_000);
	}

	@Test
	void clientHearsOfHalfAWindowOfItsOwn() {
		this.client.settings(KB).open(1, "/echo").deliver();
		this.client.message(1, 0x82, new byte[NettyServer.WINDOW / 2 - 20]).grow(1, 8 * KB * KB).grow(0, 8 * KB * KB);
		this.client.deliver();
		assertThat(this.client.windowUpdates(1)).isEmpty();
		this.client.message(1, 0x82, new byte[20]).deliver();
		assertThat(this.client.windowUpdates(1)).containsExactly(NettyServer.WINDOW / 2 + 20);
	}

	@Test
	void clientThatTakesNoAnswersMaySendNoMore() {
		this.client.settings(KB).open(1, "/echo").deliver();
		this.client.message(1, 0x82, new byte[200_000]).deliver();
		assertThat(this.client.windowUpdates(1)).isEmpty();
		this.client.grow(1, 8 * KB * KB).grow(0, 8 * KB * KB).deliver();
		assertThat(this.client.windowUpdates(1)).hasSize(1);
	}

	@Test
	void resetReleasesWhatIsHeld() {
		this.client.settings(0).open(1, "/echo").message(1, 0x82, new byte[1000]).deliver();
		this.client.reset(1).grow(1, 2000).grow(0, 2000).deliver();
		assertThat(this.client.received(1)).isEmpty();
		assertThat(this.client.windowUpdates(1)).isEmpty();
	}

	@Test
	void endOfTheClientIsAnsweredWhenAllHasLeft() {
		this.client.settings(0).open(1, "/echo").message(1, 0x82, new byte[10]).end(1).deliver();
		assertThat(this.client.isEnded(1)).isFalse();
		this.client.grow(1, 100).deliver();
		assertThat(this.client.received(1)).hasSize(12);
		assertThat(this.client.isEnded(1)).isTrue();
	}

	@Test
	void answersPings() {
		this.client.ping(42).deliver();
		assertThat(this.client.pongs()).containsExactly(42L);
	}

	@Test
	void pushesAndAcknowledges() {
		this.client.open(1, "/push").open(3, "/sink").deliver();
		this.client.message(1, 0x81, "2 3".getBytes()).message(3, 0x82, new byte[500]).deliver();
		assertThat(this.client.received(1)).asHexString().isEqualTo("8103787878" + "8103787878");
		assertThat(this.client.received(3)).asHexString().isEqualTo("810178");
	}

	/**
	 * A WebSocket of the client with messages of all lengths, whole and in fragments, and
	 * pings between the fragments.
	 */
	private final class Socket {

		private final List<Runnable> frames = new ArrayList<>();

		private final ByteBuf expected = ByteLoopClient.buffer();

		private final int id;

		Socket(int id, Random random) {
			this.id = id;
			for (int length : LENGTHS) {
				int fragments = random.nextInt(3);
				int opcode = 1 + random.nextInt(2);
				for (int i = 0; i < fragments; i++) {
					add((i == 0) ? opcode : 0, bytes(random, random.nextInt(length + 1)));
					add(0x89, bytes(random, random.nextInt(126)));
				}
				add((fragments == 0) ? 0x80 | opcode : 0x80, bytes(random, length));
			}
			add(0x88, new byte[] { 3, (byte) 0xe8 });
			this.frames.add(() -> ByteLoopTests.this.client.end(id));
		}

		private void add(int first, byte[] payload) {
			this.frames.add(() -> {
				ByteLoopTests.this.client.message(this.id, first, payload);
				ByteLoopClient.frame(this.expected, (first == 0x89) ? 0x8a : first, payload);
			});
		}

		boolean hasNext() {
			return !this.frames.isEmpty();
		}

		void sendNext() {
			if (hasNext()) {
				this.frames.remove(0).run();
			}
		}

		private static byte[] bytes(Random random, int length) {
			byte[] bytes = new byte[length];
			random.nextBytes(bytes);
			return bytes;
		}

	}

}
