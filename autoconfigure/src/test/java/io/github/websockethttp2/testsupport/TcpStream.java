package io.github.websockethttp2.testsupport;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import javax.net.ssl.SSLException;

/**
 * The bytes of a TCP connection. Writes happen on a thread of their own, for a server
 * that does not read would block them without bounds.
 */
final class TcpStream implements ByteStream {

	private final Socket socket;

	private final Duration timeout;

	private final InputStream in;

	private final OutputStream out;

	private final ExecutorService writes = Executors.newSingleThreadExecutor((task) -> {
		Thread thread = new Thread(task, "test-http1-client");
		thread.setDaemon(true);
		return thread;
	});

	private EndOfBytes end;

	TcpStream(Socket socket, Duration timeout) throws IOException {
		this.socket = socket;
		this.timeout = timeout;
		this.in = new BufferedInputStream(socket.getInputStream());
		this.out = socket.getOutputStream();
	}

	@Override
	public CompletableFuture<Void> write(byte[] bytes) {
		byte[] copy = bytes.clone();
		return run(() -> {
			this.out.write(copy);
			this.out.flush();
		});
	}

	@Override
	public CompletableFuture<Void> endStream() {
		return run(this.socket::shutdownOutput);
	}

	@Override
	public byte[] awaitBytes(int length, String what) {
		byte[] bytes = new byte[length];
		long deadline = System.nanoTime() + this.timeout.toNanos();
		int count = 0;
		while (count < length) {
			int read = read(bytes, count, length - count, deadline, what);
			if (read < 0) {
				throw new AssertionError(
						"Ended (" + this.end.kind() + ") after " + count + " of " + length + " bytes; awaited " + what);
			}
			count += read;
		}
		return bytes;
	}

	@Override
	public byte[] awaitRest() {
		ByteArrayOutputStream rest = new ByteArrayOutputStream();
		byte[] buffer = new byte[8192];
		long deadline = System.nanoTime() + this.timeout.toNanos();
		int read = read(buffer, 0, buffer.length, deadline, "the end");
		while (read >= 0) {
			rest.write(buffer, 0, read);
			read = read(buffer, 0, buffer.length, deadline, "the end");
		}
		return rest.toByteArray();
	}

	@Override
	public EndOfBytes awaitEndOfBytes() {
		if (this.end == null && awaitRest().length > 0) {
			throw new AssertionError("The server sent more bytes before the end");
		}
		return this.end;
	}

	void close() throws IOException {
		this.socket.close();
		this.writes.shutdownNow();
	}

	private int read(byte[] buffer, int offset, int length, long deadline, String what) {
		if (this.end != null) {
			return -1;
		}
		try {
			long remaining = (deadline - System.nanoTime()) / 1_000_000;
			if (remaining <= 0) {
				throw new SocketTimeoutException();
			}
			this.socket.setSoTimeout((int) remaining);
			int read = this.in.read(buffer, offset, length);
			if (read < 0) {
				this.end = EndOfBytes.TCP_CLOSED;
			}
			return read;
		}
		catch (SocketTimeoutException ex) {
			throw new AssertionError("Awaited in vain for " + this.timeout.toMillis() + " ms: " + what, ex);
		}
		catch (SocketException ex) {
			this.end = EndOfBytes.TCP_RESET;
			return -1;
		}
		catch (IOException ex) {
			if (ex instanceof EOFException || ex instanceof SSLException) {
				// TLS without its goodbye, or with a fatal one
				this.end = EndOfBytes.TCP_RESET;
				return -1;
			}
			throw new AssertionError("Cannot read; awaited " + what, ex);
		}
	}

	private CompletableFuture<Void> run(Write write) {
		return CompletableFuture.runAsync(() -> {
			try {
				write.run();
			}
			catch (IOException ex) {
				throw new CompletionException(ex);
			}
		}, this.writes);
	}

	/**
	 * A write that may fail.
	 */
	private interface Write {

		void run() throws IOException;

	}

}
