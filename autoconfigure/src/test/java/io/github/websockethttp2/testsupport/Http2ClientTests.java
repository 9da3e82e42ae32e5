package io.github.websockethttp2.testsupport;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Http2Client}: that it notices a server that breaks the protocol, and
 * that its waits end. The server is a socket to which the tests write frames.
 */
class Http2ClientTests {

	/**
	 * {@code :status: 200}, the eighth entry of HPACK's static table.
	 */
	private static final byte[] STATUS_200 = { (byte) 0x88 };

	private ServerSocket serverSocket;

	private Socket socket;

	private DataInputStream in;

	private Http2Client client;

	private Http2Stream stream;

	@BeforeEach
	void connect() throws IOException {
		connect(Waiting.TIMEOUT);
	}

	private void connect(Duration timeout) throws IOException {
		this.serverSocket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
		this.client = Http2Client.builder(this.serverSocket.getLocalPort())
			.awaitServerSettings(false)
			.initialWindowSize(10)
			.autoConsume(false)
			.timeout(timeout)
			.connect();
		this.socket = this.serverSocket.accept();
		this.socket.setTcpNoDelay(true);
		this.socket.setSoTimeout((int) Waiting.TIMEOUT.toMillis());
		this.in = new DataInputStream(this.socket.getInputStream());
		assertThat(new String(this.in.readNBytes(24), StandardCharsets.US_ASCII))
			.isEqualTo("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
		write(Http2FrameTypes.SETTINGS, 0, 0);
		write(Http2FrameTypes.SETTINGS, Http2Flags.ACK, 0);
		this.client.serverSettings();
		this.stream = this.client.open(this.client.get("/"), false);
		readUntil(Http2FrameTypes.HEADERS);
	}

	@AfterEach
	void disconnect() throws IOException {
		this.client.abort();
		this.socket.close();
		this.serverSocket.close();
	}

	@Test
	void noticesDataBeyondTheWindowOfTheStream() throws IOException {
		write(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, 1, STATUS_200);
		write(Http2FrameTypes.DATA, 0, 1, new byte[10]);
		assertThat(this.stream.awaitData(10)).hasSize(10);
		this.stream.windowUpdate(5);
		readUntil(Http2FrameTypes.WINDOW_UPDATE);
		write(Http2FrameTypes.DATA, 0, 1, new byte[5]);
		assertThat(this.stream.awaitData(5)).hasSize(5);
		write(Http2FrameTypes.DATA, 0, 1, new byte[1]);
		assertViolation("DATA beyond the window: stream 1 has -1");
	}

	@Test
	void givesBackWhatItConsumes() throws IOException {
		this.client.autoConsume(true);
		write(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, 1, STATUS_200);
		for (int i = 0; i < 5; i++) {
			write(Http2FrameTypes.DATA, 0, 1, new byte[10]);
			assertThat(readUntil(Http2FrameTypes.WINDOW_UPDATE)).isEqualTo(new byte[] { 0, 0, 0, 10 });
		}
		assertThat(this.stream.awaitData(50)).hasSize(50);
		this.client.close();
	}

	@Test
	void noticesDataAfterTheEnd() throws IOException {
		write(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS | Http2Flags.END_STREAM, 1, STATUS_200);
		write(Http2FrameTypes.DATA, 0, 1, new byte[1]);
		assertViolation("DATA after the end of stream 1");
	}

	@Test
	void noticesHeadersAfterReset() throws IOException {
		write(Http2FrameTypes.RST_STREAM, 0, 1, new byte[] { 0, 0, 0, 8 });
		assertThat(this.stream.awaitReset()).isEqualTo(Http2Error.CANCEL);
		write(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, 1, STATUS_200);
		assertViolation("HEADERS after the end of stream 1");
	}

	@Test
	void noticesHeaderOfHttp1() throws IOException {
		ByteArrayOutputStream block = new ByteArrayOutputStream();
		block.writeBytes(STATUS_200);
		// A literal header field without indexing, with a new name
		block.writeBytes(new byte[] { 0, 7 });
		block.writeBytes("upgrade".getBytes(StandardCharsets.US_ASCII));
		block.writeBytes(new byte[] { 1, 'x' });
		write(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, 1, block.toByteArray());
		assertViolation("header 'upgrade' on stream 1");
	}

	@Test
	void noticesUnreadableFrame() throws IOException {
		write(Http2FrameTypes.WINDOW_UPDATE, 0, 1, new byte[3]);
		assertViolation("unreadable frame");
	}

	@Test
	void failsAtCloseWhenNobodyWaited() throws IOException {
		write(Http2FrameTypes.DATA, 0, 1, new byte[1]);
		write(Http2FrameTypes.PING, 0, 0, new byte[8]);
		readUntil(Http2FrameTypes.PING);
		assertThatExceptionOfType(AssertionError.class).isThrownBy(this.client::close)
			.withMessageContaining("DATA before HEADERS on stream 1");
	}

	@Test
	void waitsTellWhatTheyHaveSeen() throws IOException {
		disconnect();
		connect(Duration.ofSeconds(1));
		write(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, 1, STATUS_200);
		this.stream.awaitHeaders();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> this.stream.awaitData(3))
			.withMessageContaining("1000 ms: stream 1: 3 bytes (DATA)")
			.withMessageContaining("-> 1 HEADERS DefaultHttp2Headers[:method: GET")
			.withMessageContaining("<- 1 HEADERS DefaultHttp2Headers[:status: 200]");
	}

	@Test
	void waitsEndWithTheStream() throws IOException {
		write(Http2FrameTypes.RST_STREAM, 0, 1, new byte[] { 0, 0, 0, 7 });
		assertThatExceptionOfType(AssertionError.class).isThrownBy(this.stream::status)
			.withMessageContaining("stream 1: Reset with REFUSED_STREAM; awaited response headers");
		assertThat(this.stream.awaitEndOfBytes()).isEqualTo(EndOfBytes.reset(Http2Error.REFUSED_STREAM));
	}

	@Test
	void waitsEndWithTheConnection() throws IOException {
		byte[] goAway = ByteBuffer.allocate(10).putInt(1).putInt(11).put((byte) 'h').put((byte) 'i').array();
		write(Http2FrameTypes.GO_AWAY, 0, 0, goAway);
		this.socket.close();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(this.stream::awaitEndStream)
			.withMessageContaining("The connection is closed; awaited stream 1: END_STREAM");
		assertThat(this.client.awaitGoAway()).isEqualTo(new GoAway(Http2Error.ENHANCE_YOUR_CALM, 1, "hi"));
		assertThatExceptionOfType(AssertionError.class).isThrownBy(this.client::barrier);
		assertThat(this.client.isOpen()).isFalse();
	}

	@Test
	void playsDeadPeer() throws IOException {
		write(Http2FrameTypes.PING, 0, 0, new byte[8]);
		this.client.awaitPing();
		assertThat(readUntil(Http2FrameTypes.PING)).isEqualTo(new byte[8]);
		this.client.autoAckPing(false);
		write(Http2FrameTypes.PING, 0, 0, new byte[8]);
		this.client.awaitPing();
		assertThat(this.client.receivedPings()).isEqualTo(2);
		CompletableFuture<Void> acknowledged = this.client.ping();
		byte[] ping = readUntil(Http2FrameTypes.PING);
		assertThat(ping).isNotEqualTo(new byte[8]);
		assertThat(acknowledged).isNotDone();
		write(Http2FrameTypes.PING, Http2Flags.ACK, 0, ping);
		assertThat(acknowledged).succeedsWithin(Waiting.TIMEOUT);
	}

	@Test
	void sendsWithinTheWindowsOfTheServer() throws IOException {
		write(Http2FrameTypes.SETTINGS, 0, 0, new byte[] { 0, 4, 0, 0, 0, 10 });
		readUntil(Http2FrameTypes.SETTINGS);
		CompletableFuture<Void> written = this.stream.send(new byte[25], true);
		assertThat(readUntil(Http2FrameTypes.DATA)).hasSize(10);
		write(Http2FrameTypes.WINDOW_UPDATE, 0, 1, new byte[] { 0, 0, 0, 14 });
		assertThat(readUntil(Http2FrameTypes.DATA)).hasSize(14);
		assertThat(this.stream.windowIncrement()).isEqualTo(14);
		assertThat(written).isNotDone();
		write(Http2FrameTypes.WINDOW_UPDATE, 0, 1, new byte[] { 0, 0, 0, 14 });
		assertThat(readUntil(Http2FrameTypes.DATA)).hasSize(1);
		assertThat(written).succeedsWithin(Waiting.TIMEOUT);
	}

	@Test
	void sendsInOneFlight() throws IOException {
		this.client.inOneFlight(() -> {
			Http2Stream opened = this.client.open(this.client.webSocket("/one"), false);
			opened.send(new byte[3], false);
			opened.send(new byte[4], false);
		});
		// What is flushed at once is read at once
		byte[] flight = new byte[1000];
		int length = this.in.read(flight);
		assertThat(length).isGreaterThan(9 + 12 + 13);
		assertThat(Arrays.copyOfRange(flight, length - 13, length))
			.isEqualTo(new byte[] { 0, 0, 4, Http2FrameTypes.DATA, 0, 0, 0, 0, 3, 0, 0, 0, 0 });
		assertThat(flight[3]).isEqualTo(Http2FrameTypes.HEADERS);
	}

	@Test
	void doesNotWaitWhileWritesAreCollected() {
		assertThatIllegalStateException().isThrownBy(() -> this.client.inOneFlight(this.client::barrier));
		assertThatIllegalStateException().isThrownBy(() -> this.client.inOneFlight(this.stream::awaitEndStream));
	}

	private void assertViolation(String text) {
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> this.client.awaitFrame("a violation", (frame) -> false))
			.withMessageStartingWith("The server broke the protocol")
			.withMessageContaining(text);
		assertThatExceptionOfType(AssertionError.class).isThrownBy(this.client::close).withMessageContaining(text);
	}

	private void write(int type, int flags, int streamId, byte... payload) throws IOException {
		ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
		frame.putShort((short) 0).put((byte) payload.length).put((byte) type).put((byte) flags).putInt(streamId);
		this.socket.getOutputStream().write(frame.put(payload).array());
	}

	private byte[] readUntil(int type) throws IOException {
		while (true) {
			int length = (this.in.readUnsignedByte() << 16) | this.in.readUnsignedShort();
			int frameType = this.in.readUnsignedByte();
			this.in.skipNBytes(5);
			byte[] payload = this.in.readNBytes(length);
			if (frameType == type) {
				return payload;
			}
		}
	}

}
