package io.github.websockethttp2.benchmarks.load;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLException;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections. All of them share one event loop, so counters need no locks and the
 * load generator takes one processor at most.
 */
public final class LoadClient implements AutoCloseable {

	static final ByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;

	private static final int TIMEOUT_SECONDS = Integer.getInteger("benchmark.timeout", 60);

	private static final int POLL_MILLIS = 50;

	/** So many connections from one local address, or ports run out. */
	private static final int CONNECTIONS_PER_ADDRESS = 10_000;

	private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1,
			Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());

	private final EventLoop loop = this.group.next();

	private final List<Channel> channels = new ArrayList<>();

	private final Target target;

	private final @Nullable SslContext ssl;

	private final @Nullable Inflation inflation;

	private int connections;

	private final TrafficCounter traffic = new TrafficCounter();

	private volatile @Nullable Throwable failure;

	/**
	 * Create a client.
	 * @param target what it connects to
	 */
	public LoadClient(Target target) {
		this.target = target;
		this.inflation = target.compressed() ? new Inflation() : null;
		this.ssl = target.tls() ? ssl(target.http2()) : null;
	}

	/**
	 * Opens an HTTP/2 connection.
	 * @return the connection when the server's settings have come, on the event loop
	 */
	CompletableFuture<LoadConnection> connectHttp2() {
		LoadConnection connection = new LoadConnection(this);
		connect(connection);
		return connection.ready();
	}

	/**
	 * Begins to open an HTTP/1.1 connection and its session.
	 * @param path the path
	 * @param listener is told of the session
	 */
	void connectHttp1(String path, LoadListener listener) {
		connect(new SessionConnection(this, path, listener));
	}

	/**
	 * Runs on the event loop and waits.
	 * @param task the task
	 * @param <T> what it returns
	 * @return the result
	 */
	public <T> T call(Callable<T> task) {
		CompletableFuture<T> result = new CompletableFuture<>();
		this.loop.execute(() -> {
			try {
				result.complete(task.call());
			}
			catch (Exception ex) {
				result.completeExceptionally(ex);
			}
		});
		return await(result);
	}

	/**
	 * Waits for what the event loop completes, for a bounded time.
	 * @param result the result
	 * @param <T> its type
	 * @return its value
	 */
	public <T> T await(CompletableFuture<T> result) {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
		while (System.nanoTime() < deadline) {
			try {
				return result.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
			}
			catch (TimeoutException ex) {
				check();
			}
			catch (InterruptedException | ExecutionException ex) {
				throw new LoadException("Not done", ex);
			}
		}
		throw new LoadException("Not done in " + TIMEOUT_SECONDS + " seconds");
	}

	/**
	 * Throws what has gone wrong on a connection, if anything has.
	 */
	public void check() {
		Throwable failure = this.failure;
		if (failure != null) {
			throw new LoadException("The load generator has failed", failure);
		}
	}

	/**
	 * Returns the bytes that have gone over the sockets, both ways.
	 * @return the number of bytes, to be read on the event loop
	 */
	public long traffic() {
		return this.traffic.bytes();
	}

	void schedule(Runnable task, long delay, TimeUnit unit) {
		this.loop.schedule(task, delay, unit);
	}

	@Nullable Inflation inflation() {
		return this.inflation;
	}

	Target target() {
		return this.target;
	}

	void goAway(int error) {
		if (error != 0) {
			failed(new LoadException("GOAWAY with error " + error));
		}
	}

	void failed(Throwable cause) {
		this.failure = (this.failure != null) ? this.failure : cause;
	}

	private void connect(ChannelHandler handler) {
		String local = "127.0.0." + (2 + this.connections++ / CONNECTIONS_PER_ADDRESS);
		Bootstrap bootstrap = new Bootstrap().group(this.loop)
			.channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
			.option(ChannelOption.ALLOCATOR, ALLOCATOR)
			.option(ChannelOption.TCP_NODELAY, true)
			.handler(new ChannelInitializer<Channel>() {

				@Override
				protected void initChannel(Channel channel) {
					channel.pipeline().addLast(LoadClient.this.traffic);
					if (LoadClient.this.ssl != null) {
						channel.pipeline().addLast(LoadClient.this.ssl.newHandler(channel.alloc()));
					}
					channel.pipeline().addLast(handler);
				}

			});
		if (Epoll.isAvailable()) {
			bootstrap.option(EpollChannelOption.TCP_NOTSENT_LOWAT, 128L * 1024)
				.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
		}
		bootstrap.connect(new InetSocketAddress("127.0.0.1", this.target.port()), new InetSocketAddress(local, 0))
			.addListener((io.netty.channel.ChannelFuture future) -> {
				this.channels.add(future.channel());
				if (!future.isSuccess()) {
					failed(future.cause());
				}
			});
	}

	private static SslContext ssl(boolean http2) {
		try {
			SslContextBuilder builder = SslContextBuilder.forClient()
				.trustManager(InsecureTrustManagerFactory.INSTANCE)
				.endpointIdentificationAlgorithm("");
			if (http2) {
				builder.applicationProtocolConfig(new ApplicationProtocolConfig(ApplicationProtocolConfig.Protocol.ALPN,
						ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
						ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT, "h2"));
			}
			return builder.build();
		}
		catch (SSLException ex) {
			throw new LoadException("No TLS", ex);
		}
	}

	@Override
	public void close() {
		this.loop.execute(() -> new ArrayList<>(this.channels).forEach(Channel::close));
		this.group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
	}

}
