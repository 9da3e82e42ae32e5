package io.github.websockethttp2.testsupport;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * An HTTP/2 connection in clear text that a test writes frame by frame, right or wrong.
 * Unlike {@link Http2Client}, it neither judges the server, which may do as it likes with
 * what breaks the protocol, nor keeps anything, and its writes wait for the server: for
 * floods, noise and very many streams.
 */
public final class RawHttp2 implements AutoCloseable {

	private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

	private static final int TIMEOUT_MILLIS = (int) Waiting.TIMEOUT.toMillis();

	private static final int RECEIVE_BUFFER_SIZE = 8 * 1024;

	private final Socket socket;

	private final DataInputStream input;

	private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 64 * 1024);

	private RawHttp2(int port) throws IOException {
		this.socket = new Socket();
		// So that what is not read soon waits at the server
		this.socket.setReceiveBufferSize(RECEIVE_BUFFER_SIZE);
		this.socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
		this.socket.setSoTimeout(TIMEOUT_MILLIS);
		this.socket.setTcpNoDelay(true);
		this.input = new DataInputStream(new BufferedInputStream(this.socket.getInputStream()));
	}

	/**
	 * Connects and sends the preface and empty settings.
	 * @param port the port on the loopback interface
	 * @return the connection
	 */
	public static RawHttp2 connect(int port) {
		try {
			RawHttp2 connection = new RawHttp2(port);
			connection.sendBytes(PREFACE.getBytes(StandardCharsets.US_ASCII));
			connection.send(Http2FrameTypes.SETTINGS, 0, 0);
			return connection;
		}
		catch (IOException ex) {
			throw new AssertionError("Cannot connect", ex);
		}
	}

	/**
	 * Encodes fields as literals that are not indexed (RFC 7541, section 6.2.2).
	 * @param namesAndValues names and values in turn
	 * @return the header block
	 */
	public static byte[] block(String... namesAndValues) {
		ByteArrayOutputStream block = new ByteArrayOutputStream();
		for (int i = 0; i < namesAndValues.length; i++) {
			if (i % 2 == 0) {
				block.write(0);
			}
			byte[] text = namesAndValues[i].getBytes(StandardCharsets.ISO_8859_1);
			int rest = text.length - 127;
			block.write(Math.min(127, text.length));
			if (rest >= 0) {
				for (; rest >= 128; rest >>= 7) {
					block.write((rest & 127) | 128);
				}
				block.write(rest);
			}
			block.writeBytes(text);
		}
		return block.toByteArray();
	}

	/**
	 * Encodes a frame.
	 * @param type the type
	 * @param flags the flags
	 * @param streamId the stream
	 * @param payload the payload
	 * @return the bytes
	 */
	public static byte[] frame(int type, int flags, int streamId, byte... payload) {
		return ByteBuffer.allocate(9 + payload.length)
			.putInt((payload.length << 8) | type)
			.put((byte) flags)
			.putInt(streamId)
			.put(payload)
			.array();
	}

	/**
	 * Sends a frame.
	 * @param type the type
	 * @param flags the flags
	 * @param streamId the stream
	 * @param payload the payload
	 * @return whether the connection still takes bytes
	 */
	public boolean send(int type, int flags, int streamId, byte... payload) {
		return sendBytes(frame(type, flags, streamId, payload));
	}

	/**
	 * Sends bytes.
	 * @param bytes the bytes
	 * @return whether the connection still takes bytes
	 */
	public boolean sendBytes(byte[] bytes) {
		try {
			this.socket.getOutputStream().write(bytes);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Waits for what becomes of a stream.
	 * @param streamId the stream
	 * @return its status such as {@code 200}, {@code RST_STREAM PROTOCOL_ERROR},
	 * {@code GOAWAY PROTOCOL_ERROR} or {@code closed}
	 */
	public String awaitOutcome(int streamId) {
		try {
			while (true) {
				int head = this.input.readInt();
				int type = head & 0xFF;
				int flags = this.input.read();
				int id = this.input.readInt();
				byte[] payload = new byte[head >>> 8];
				this.input.readFully(payload);
				String outcome = switch (type) {
					case Http2FrameTypes.HEADERS -> status(id, payload);
					case Http2FrameTypes.RST_STREAM -> "RST_STREAM " + error(payload, 0);
					case Http2FrameTypes.GO_AWAY -> "GOAWAY " + error(payload, 4);
					default -> null;
				};
				if (type == Http2FrameTypes.SETTINGS && flags == 0) {
					send(Http2FrameTypes.SETTINGS, Http2Flags.ACK, 0);
				}
				if (outcome != null && (id == streamId || type == Http2FrameTypes.GO_AWAY)) {
					return outcome;
				}
			}
		}
		catch (EOFException | SocketException ex) {
			return "closed";
		}
		catch (IOException ex) {
			throw new AssertionError("Nothing has become of stream " + streamId, ex);
		}
	}

	private String status(int streamId, byte[] block) {
		try {
			Http2Headers headers = this.decoder.decodeHeaders(streamId, Unpooled.wrappedBuffer(block));
			return String.valueOf(headers.status());
		}
		catch (Http2Exception ex) {
			throw new AssertionError("The server sent headers that do not decode", ex);
		}
	}

	private static String error(byte[] payload, int index) {
		return String.valueOf(Http2Error.valueOf(ByteBuffer.wrap(payload).getInt(index)));
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new AssertionError("Cannot close", ex);
		}
	}

}
