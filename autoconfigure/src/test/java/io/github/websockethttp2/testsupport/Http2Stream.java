package io.github.websockethttp2.testsupport;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * One stream of an {@link Http2Client}. Waits are bounded and fail with all the frames of
 * the connection.
 */
public final class Http2Stream implements ByteStream {

	/**
	 * What HTTP/2 does not allow in a message (RFC 9113, section 8.2.2).
	 */
	private static final Set<String> CONNECTION_HEADERS = Set.of("connection", "keep-alive", "proxy-connection",
			"transfer-encoding", "upgrade");

	private final int id;

	private final Http2Client client;

	private final FrameMonitor monitor;

	private final List<Http2Headers> headers = new ArrayList<>();

	private final ByteQueue unread = new ByteQueue();

	private long received;

	private long windowIncrement;

	private boolean ended;

	private Http2Error reset;

	private Boolean autoConsume;

	private int held;

	/**
	 * What the server may still send; belongs to the event loop.
	 */
	long receiveWindow;

	/**
	 * Consumed, but not yet given back; belongs to the event loop.
	 */
	long unreturned;

	Http2Stream(int id, Http2Client client, FrameMonitor monitor, int receiveWindow) {
		this.id = id;
		this.client = client;
		this.monitor = monitor;
		this.receiveWindow = receiveWindow;
	}

	/**
	 * Returns the stream identifier.
	 * @return the stream identifier
	 */
	public int id() {
		return this.id;
	}

	/**
	 * Returns the client that opened the stream.
	 * @return the client
	 */
	public Http2Client client() {
		return this.client;
	}

	/**
	 * Waits for the response's headers: the first that are not those of an informational
	 * response.
	 * @return the headers
	 */
	public Http2Headers awaitHeaders() {
		return await("response headers", () -> {
			Http2Headers found = finalHeaders(0);
			failIfOver(found, "response headers");
			return found;
		});
	}

	/**
	 * Waits for the trailers.
	 * @return the trailers
	 */
	public Http2Headers awaitTrailers() {
		return await("trailers", () -> {
			Http2Headers found = finalHeaders(1);
			failIfOver(found, "trailers");
			return found;
		});
	}

	/**
	 * Waits for the response's status.
	 * @return the status
	 */
	public int status() {
		return Integer.parseInt(awaitHeaders().status().toString());
	}

	/**
	 * Returns whether response headers have arrived.
	 * @return whether there are response headers
	 */
	public boolean hasHeaders() {
		return this.monitor.read(() -> finalHeaders(0) != null);
	}

	/**
	 * Sends DATA as the server's flow control windows allow.
	 * @param data the data
	 * @param endStream whether to end the stream
	 * @return completed when all of it has been written
	 */
	public CompletableFuture<Void> send(byte[] data, boolean endStream) {
		CompletableFuture<Void> written = new CompletableFuture<>();
		byte[] copy = data.clone();
		this.client.write((handler) -> handler.send(this.id, copy, endStream, written));
		return written;
	}

	/**
	 * Sends DATA as the server's flow control windows allow, and releases the buffer.
	 * @param data the data
	 * @param endStream whether to end the stream
	 * @return completed when all of it has been written
	 */
	public CompletableFuture<Void> send(ByteBuf data, boolean endStream) {
		try {
			return send(ByteBufUtil.getBytes(data), endStream);
		}
		finally {
			data.release();
		}
	}

	@Override
	public CompletableFuture<Void> write(byte[] bytes) {
		return send(bytes, false);
	}

	/**
	 * Sends an empty DATA frame with END_STREAM, after DATA that is still held back.
	 * @return completed when it has been written
	 */
	@Override
	public CompletableFuture<Void> endStream() {
		return send(new byte[0], true);
	}

	/**
	 * Sends more HEADERS on the stream, such as trailers, at once.
	 * @param trailers the headers
	 * @param endStream whether to end the stream
	 */
	public void sendHeaders(Http2Headers trailers, boolean endStream) {
		this.client.write((handler) -> handler.writeHeaders(this.id, trailers, endStream));
	}

	/**
	 * Sends RST_STREAM and forgets DATA that is still held back.
	 * @param error the error code
	 */
	public void reset(Http2Error error) {
		this.client.write((handler) -> handler.writeReset(this.id, error.code()));
	}

	/**
	 * Sends a WINDOW_UPDATE for the stream.
	 * @param increment the increment
	 */
	public void windowUpdate(int increment) {
		this.client.write((handler) -> handler.writeWindowUpdate(this.id, increment));
	}

	/**
	 * Sets whether received DATA is given back to the stream's and the connection's
	 * window, other than the client has it. What was held back until then is given back
	 * when turned on.
	 * @param autoConsume whether to give back
	 */
	public void autoConsume(boolean autoConsume) {
		this.client.write((handler) -> {
			int release = this.monitor.read(() -> {
				this.autoConsume = autoConsume;
				int before = (autoConsume) ? this.held : 0;
				this.held -= before;
				return before;
			});
			handler.release(this, release);
		});
	}

	/**
	 * Waits for END_STREAM; unread DATA stays unread.
	 */
	public void awaitEndStream() {
		await("END_STREAM", () -> {
			failIfReset("END_STREAM");
			return (this.ended) ? true : null;
		});
	}

	/**
	 * Returns whether END_STREAM has arrived.
	 * @return whether the server has ended the stream
	 */
	public boolean isEnded() {
		return this.monitor.read(() -> this.ended);
	}

	/**
	 * Waits for RST_STREAM.
	 * @return its error code
	 */
	public Http2Error awaitReset() {
		return await("RST_STREAM", () -> this.reset);
	}

	/**
	 * Returns whether RST_STREAM has arrived.
	 * @return whether the server has reset the stream
	 */
	public boolean isReset() {
		return this.monitor.read(() -> this.reset != null);
	}

	/**
	 * Asserts that the server has not reset the stream, once everything that it wrote
	 * before has arrived.
	 */
	public void expectNoReset() {
		this.client.barrier();
		this.monitor.read(() -> {
			failIfReset("no RST_STREAM");
			return true;
		});
	}

	/**
	 * Takes bytes out of the received DATA.
	 * @param length how many
	 * @return the bytes
	 */
	public byte[] awaitData(int length) {
		return awaitBytes(length, "DATA");
	}

	@Override
	public byte[] awaitBytes(int length, String what) {
		String text = length + " bytes (" + what + ")";
		return await(text, () -> {
			if (this.unread.size() >= length) {
				return this.unread.take(length);
			}
			if (this.ended || this.reset != null) {
				throw failure("Over with " + this.unread.size() + " bytes unread; awaited " + text);
			}
			return null;
		});
	}

	/**
	 * Waits for END_STREAM and takes the rest of the DATA.
	 * @return the DATA as text
	 */
	public String awaitBodyAsString() {
		awaitEndStream();
		return new String(takeRest(), StandardCharsets.UTF_8);
	}

	@Override
	public byte[] awaitRest() {
		awaitEndOfBytes();
		return takeRest();
	}

	@Override
	public EndOfBytes awaitEndOfBytes() {
		return this.monitor.awaitBeyondClose("stream " + this.id + ": the end", () -> {
			if (this.reset != null) {
				return EndOfBytes.reset(this.reset);
			}
			if (this.ended) {
				return EndOfBytes.END_STREAM;
			}
			return (this.monitor.isClosed()) ? this.client.endOfConnection() : null;
		});
	}

	/**
	 * Returns the sum of all DATA received on the stream.
	 * @return the number of bytes, read or unread
	 */
	public long receivedBytes() {
		return this.monitor.read(() -> this.received);
	}

	/**
	 * Waits until the stream has received a sum of DATA, and takes none of it.
	 * @param length the number of bytes, read or unread
	 */
	public void awaitReceivedBytes(long length) {
		await("a sum of " + length + " bytes of DATA", () -> {
			if (this.received >= length) {
				return true;
			}
			failIfOver(null, "a sum of " + length + " bytes of DATA");
			return null;
		});
	}

	/**
	 * Returns the sum of the WINDOW_UPDATEs received for the stream.
	 * @return the sum of the increments
	 */
	public long windowIncrement() {
		return this.monitor.read(() -> this.windowIncrement);
	}

	/**
	 * Waits for a sum of WINDOW_UPDATEs for the stream.
	 * @param sum the least sum
	 * @return the sum
	 */
	public long awaitWindowIncrement(long sum) {
		return await("a sum of " + sum + " in WINDOW_UPDATE", () -> {
			if (this.windowIncrement >= sum) {
				return this.windowIncrement;
			}
			failIfReset("WINDOW_UPDATE");
			return null;
		});
	}

	/**
	 * Returns the frames seen on the stream, in both directions.
	 * @return the frames
	 */
	public List<SeenFrame> frames() {
		return this.monitor.frames().stream().filter((frame) -> frame.streamId() == this.id).toList();
	}

	@Override
	public String toString() {
		return "stream " + this.id;
	}

	void onHeaders(Http2Headers headers, boolean endStream) {
		failIfFinished("HEADERS");
		for (Map.Entry<CharSequence, CharSequence> header : headers) {
			String name = header.getKey().toString();
			if (CONNECTION_HEADERS.contains(name) || !name.equals(name.toLowerCase(Locale.ROOT))) {
				this.monitor.violation("header '" + name + "' on stream " + this.id);
			}
		}
		this.headers.add(headers);
		this.ended |= endStream;
	}

	void onData(byte[] data, boolean endStream) {
		failIfFinished("DATA");
		if (finalHeaders(0) == null) {
			this.monitor.violation("DATA before HEADERS on stream " + this.id);
		}
		this.unread.add(data);
		this.received += data.length;
		this.ended |= endStream;
	}

	void onReset(Http2Error error) {
		if (this.reset != null) {
			if (error != Http2Error.STREAM_CLOSED || !this.client.isLateFrames()) {
				this.monitor.violation("second RST_STREAM on stream " + this.id);
			}
			return;
		}
		this.reset = error;
	}

	void onWindowUpdate(int increment) {
		this.windowIncrement += increment;
	}

	/**
	 * Notes received DATA for flow control.
	 * @param bytes how much
	 * @return whether it shall be given back, otherwise it counts as held back
	 */
	boolean consumesOrHolds(int bytes) {
		return this.monitor.read(() -> {
			boolean consumes = (this.autoConsume != null) ? this.autoConsume : this.client.isAutoConsume();
			this.held += (consumes) ? 0 : bytes;
			return consumes;
		});
	}

	private void failIfFinished(String type) {
		if (this.ended || this.reset != null) {
			this.monitor.violation(type + " after the end of stream " + this.id);
		}
	}

	private Http2Headers finalHeaders(int index) {
		return this.headers.stream()
			.filter((block) -> block.status() == null || block.status().charAt(0) != '1')
			.skip(index)
			.findFirst()
			.orElse(null);
	}

	private byte[] takeRest() {
		return this.monitor.read(() -> this.unread.take(this.unread.size()));
	}

	private <T> T await(String what, Supplier<T> attempt) {
		return this.monitor.await("stream " + this.id + ": " + what, attempt);
	}

	private void failIfReset(String awaited) {
		if (this.reset != null) {
			throw failure("Reset with " + this.reset + "; awaited " + awaited);
		}
	}

	private void failIfOver(Object found, String awaited) {
		if (found == null) {
			failIfReset(awaited);
			if (this.ended) {
				throw failure("Ended; awaited " + awaited);
			}
		}
	}

	private AssertionError failure(String message) {
		return this.monitor.failure("stream " + this.id + ": " + message);
	}

}
