package io.github.websockethttp2.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A network between a client and a server on the loopback interface that is slower or
 * less reliable than that.
 */
public final class TcpRelay implements AutoCloseable {

	private static final int CHUNK = 64 * 1024;

	private static final int SMALL_BUFFER = 8 * 1024;

	private static final int READS_PER_SECOND = 20;

	private final int targetPort;

	private final long delayNanos;

	private final int bytesPerSecond;

	private final ServerSocket listener;

	private final List<Socket> sockets = new CopyOnWriteArrayList<>();

	private final List<ScheduledExecutorService> lanes = new CopyOnWriteArrayList<>();

	private volatile boolean dropping;

	private TcpRelay(int targetPort, Duration delay, int bytesPerSecond) throws IOException {
		this.targetPort = targetPort;
		this.delayNanos = delay.toNanos();
		this.bytesPerSecond = bytesPerSecond;
		this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
	}

	/**
	 * Starts a relay.
	 * @param targetPort the port of the server
	 * @param delay how long every byte takes, each way
	 * @return the relay
	 */
	public static TcpRelay start(int targetPort, Duration delay) {
		return start(targetPort, delay, Integer.MAX_VALUE);
	}

	/**
	 * Starts a relay that takes the server's bytes slowly, and buffers hardly any.
	 * @param targetPort the port of the server
	 * @param bytesPerSecond how much it takes
	 * @return the relay
	 */
	public static TcpRelay slow(int targetPort, int bytesPerSecond) {
		return start(targetPort, Duration.ZERO, bytesPerSecond);
	}

	private static TcpRelay start(int targetPort, Duration delay, int bytesPerSecond) {
		try {
			TcpRelay relay = new TcpRelay(targetPort, delay, bytesPerSecond);
			relay.run("accept", relay::accept);
			return relay;
		}
		catch (IOException ex) {
			throw new AssertionError("Cannot listen", ex);
		}
	}

	public int port() {
		return this.listener.getLocalPort();
	}

	/**
	 * From here on everything is swallowed, both ways, and no connection is closed.
	 */
	public void drop() {
		this.dropping = true;
	}

	@Override
	public void close() {
		try {
			this.listener.close();
			for (Socket socket : this.sockets) {
				socket.close();
			}
		}
		catch (IOException ex) {
			throw new AssertionError("Cannot close", ex);
		}
		this.lanes.forEach(ScheduledExecutorService::shutdownNow);
	}

	private void accept() throws IOException {
		while (true) {
			Socket client = this.listener.accept();
			Socket server = new Socket();
			if (this.bytesPerSecond < Integer.MAX_VALUE) {
				server.setReceiveBufferSize(SMALL_BUFFER);
			}
			server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.targetPort));
			for (Socket socket : List.of(client, server)) {
				socket.setTcpNoDelay(true);
				this.sockets.add(socket);
			}
			run("upstream", () -> copy(client, server, Integer.MAX_VALUE));
			run("downstream", () -> copy(server, client, this.bytesPerSecond));
		}
	}

	private void copy(Socket from, Socket to, int bytesPerSecond) throws IOException {
		InputStream in = from.getInputStream();
		OutputStream out = to.getOutputStream();
		ScheduledExecutorService lane = Executors.newSingleThreadScheduledExecutor(TcpRelay::daemon);
		this.lanes.add(lane);
		byte[] buffer = new byte[Math.min(CHUNK, bytesPerSecond / READS_PER_SECOND)];
		int read = in.read(buffer);
		while (read >= 0) {
			if (!this.dropping) {
				byte[] chunk = new byte[read];
				System.arraycopy(buffer, 0, chunk, 0, read);
				// The delay is the same for all, thus they stay in order
				lane.schedule(() -> {
					out.write(chunk);
					return null;
				}, this.delayNanos, TimeUnit.NANOSECONDS);
			}
			if (bytesPerSecond < Integer.MAX_VALUE) {
				LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(read) / bytesPerSecond);
			}
			read = in.read(buffer);
		}
		if (!this.dropping) {
			lane.schedule(() -> {
				to.shutdownOutput();
				return null;
			}, this.delayNanos, TimeUnit.NANOSECONDS);
		}
	}

	private void run(String name, Task task) {
		Thread thread = daemon(() -> {
			try {
				task.run();
			}
			catch (IOException | RejectedExecutionException ex) {
				// One of the two has closed or reset its connection, or the relay was
				// closed
			}
		});
		thread.setName("test-relay-" + name);
		thread.start();
	}

	private static Thread daemon(Runnable task) {
		Thread thread = new Thread(task, "test-relay-lane");
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Work on sockets.
	 */
	private interface Task {

		void run() throws IOException;

	}

}
