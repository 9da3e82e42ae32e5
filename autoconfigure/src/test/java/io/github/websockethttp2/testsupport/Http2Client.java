package io.github.websockethttp2.testsupport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;

import javax.net.ssl.SSLException;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * An HTTP/2 connection that a test drives frame by frame. It sends whatever it is told
 * to, sees every frame of the server, and fails the test when the server breaks flow
 * control or the order of a stream's frames. Waits are bounded. SETTINGS are acknowledged
 * by itself, and so are PINGs and DATA unless a test turns it off.
 */
public final class Http2Client implements AutoCloseable {

	private static final EventLoopGroup EVENT_LOOPS = new MultiThreadIoEventLoopGroup(1,
			new DefaultThreadFactory("test-http2-client", true), NioIoHandler.newFactory());

	private final FrameMonitor monitor;

	private final Http2ClientHandler handler;

	private final String scheme;

	private final int port;

	private final List<Http2Settings> serverSettings = new ArrayList<>();

	private final List<GoAway> goAways = new ArrayList<>();

	private volatile boolean autoAckPing;

	private volatile boolean autoConsume;

	private final boolean lateFrames;

	private Channel channel;

	private int pings;

	private int awaitedPings;

	private long windowIncrement;

	private EndOfBytes endOfConnection = EndOfBytes.TCP_CLOSED;

	private Http2Client(Builder builder) {
		this.monitor = new FrameMonitor(builder.timeout);
		this.handler = new Http2ClientHandler(this, this.monitor, builder.settings, builder.connectionWindowIncrement);
		this.scheme = (builder.tls) ? "https" : "http";
		this.port = builder.port;
		this.autoAckPing = builder.autoAckPing;
		this.autoConsume = builder.autoConsume;
		this.lateFrames = builder.lateFrames;
	}

	/**
	 * Connects in clear text with prior knowledge.
	 * @param port the port on the loopback interface
	 * @return the client, which has the server's SETTINGS
	 */
	public static Http2Client connect(int port) {
		return builder(port).connect();
	}

	/**
	 * Connects over TLS with ALPN, and trusts any certificate.
	 * @param port the port on the loopback interface
	 * @return the client, which has the server's SETTINGS
	 */
	public static Http2Client connectTls(int port) {
		return builder(port).tls().connect();
	}

	/**
	 * Starts to describe a client.
	 * @param port the port on the loopback interface
	 * @return the builder
	 */
	public static Builder builder(int port) {
		return new Builder(port);
	}

	/**
	 * Creates the headers of a WebSocket handshake (RFC 8441).
	 * @param path the path
	 * @return mutable headers, which are not validated
	 */
	public Http2Headers webSocket(String path) {
		return request("CONNECT", path).set(Http2Headers.PseudoHeaderName.PROTOCOL.value(), "websocket")
			.set("sec-websocket-version", "13");
	}

	/**
	 * Creates the headers of a GET.
	 * @param path the path
	 * @return mutable headers, which are not validated
	 */
	public Http2Headers get(String path) {
		return request("GET", path);
	}

	/**
	 * Creates the headers of a POST.
	 * @param path the path
	 * @return mutable headers, which are not validated
	 */
	public Http2Headers post(String path) {
		return request("POST", path);
	}

	/**
	 * Creates the headers of a request.
	 * @param method the method
	 * @param path the path
	 * @return mutable headers, which are not validated
	 */
	public Http2Headers request(String method, String path) {
		return new DefaultHttp2Headers(false).method(method)
			.scheme(this.scheme)
			.authority("localhost:" + this.port)
			.path(path);
	}

	/**
	 * Opens the next stream.
	 * @param headers the request headers
	 * @param endStream whether the request has no body
	 * @return the stream
	 */
	public Http2Stream open(Http2Headers headers, boolean endStream) {
		if (this.channel.eventLoop().inEventLoop()) {
			return this.handler.open(headers, endStream);
		}
		CompletableFuture<Http2Stream> opened = new CompletableFuture<>();
		write((handler) -> {
			try {
				opened.complete(handler.open(headers, endStream));
			}
			catch (RuntimeException ex) {
				opened.completeExceptionally(ex);
			}
		});
		return join(opened, "a stream to be opened");
	}

	/**
	 * Opens a WebSocket and waits for the 200 that accepts it.
	 * @param path the path
	 * @return the WebSocket
	 */
	public WebSocketStream openWebSocket(String path) {
		return openWebSocket(webSocket(path));
	}

	/**
	 * Opens a WebSocket and waits for the 200 that accepts it.
	 * @param headers the handshake's headers
	 * @return the WebSocket
	 */
	public WebSocketStream openWebSocket(Http2Headers headers) {
		Http2Stream stream = open(headers, false);
		if (stream.status() != 200) {
			throw this.monitor.failure("stream " + stream.id() + ": awaited an accepted WebSocket");
		}
		return WebSocketStream.of(stream);
	}

	/**
	 * Returns a stream by its identifier, for those whose HEADERS were sent as a raw
	 * frame.
	 * @param streamId the stream identifier
	 * @return the stream
	 */
	public Http2Stream stream(int streamId) {
		return this.handler.stream(streamId);
	}

	/**
	 * Writes at once what the given code sends: one flush at the end, thus as few TCP
	 * segments as possible. The code must not wait.
	 * @param writes sends on this client and its streams
	 */
	public void inOneFlight(Runnable writes) {
		CompletableFuture<Void> written = new CompletableFuture<>();
		write((handler) -> {
			try {
				writes.run();
				written.complete(null);
			}
			catch (Throwable ex) {
				written.completeExceptionally(ex);
			}
		});
		join(written, "writes in one flight");
	}

	/**
	 * Waits for the first SETTINGS frame of the server.
	 * @return the settings
	 */
	public Http2Settings serverSettings() {
		return this.monitor.await("connection: SETTINGS",
				() -> (this.serverSettings.isEmpty()) ? null : this.serverSettings.get(0));
	}

	/**
	 * Returns all SETTINGS frames of the server so far, but for acknowledgements.
	 * @return the settings
	 */
	public List<Http2Settings> allServerSettings() {
		return this.monitor.read(() -> List.copyOf(this.serverSettings));
	}

	/**
	 * Sends SETTINGS and waits for the acknowledgement.
	 * @param settings the settings
	 */
	public void settings(Http2Settings settings) {
		CompletableFuture<Void> acknowledged = new CompletableFuture<>();
		write((handler) -> handler.writeSettings(settings, acknowledged));
		join(acknowledged, "ACK of SETTINGS");
	}

	/**
	 * Returns the sum of the WINDOW_UPDATEs received for the connection.
	 * @return the sum of the increments
	 */
	public long connectionWindowIncrement() {
		return this.monitor.read(() -> this.windowIncrement);
	}

	/**
	 * Waits for a sum of WINDOW_UPDATEs for the connection.
	 * @param sum the least sum
	 * @return the sum
	 */
	public long awaitConnectionWindowIncrement(long sum) {
		return this.monitor.await("connection: a sum of " + sum + " in WINDOW_UPDATE",
				() -> (this.windowIncrement >= sum) ? this.windowIncrement : null);
	}

	/**
	 * Sends a WINDOW_UPDATE for the connection.
	 * @param increment the increment
	 */
	public void windowUpdate(int increment) {
		write((handler) -> handler.writeWindowUpdate(0, increment));
	}

	/**
	 * Sets whether DATA received from now on is given back to the server's windows by
	 * itself, on streams that do not say so for themselves.
	 * @param autoConsume whether to give back
	 */
	public void autoConsume(boolean autoConsume) {
		this.autoConsume = autoConsume;
	}

	/**
	 * Sets whether PINGs received from now on are acknowledged.
	 * @param autoAckPing whether to acknowledge; {@code false} plays a dead peer
	 */
	public void autoAckPing(boolean autoAckPing) {
		this.autoAckPing = autoAckPing;
	}

	/**
	 * Sets whether anything is read from the socket.
	 * @param reading whether to read; {@code false} plays a peer that hangs
	 */
	public void reading(boolean reading) {
		this.channel.config().setAutoRead(reading);
	}

	/**
	 * Sends a PING.
	 * @return completed when it has been acknowledged
	 */
	public CompletableFuture<Void> ping() {
		CompletableFuture<Void> acknowledged = new CompletableFuture<>();
		write((handler) -> handler.writePing(acknowledged));
		return acknowledged;
	}

	/**
	 * Sends a PING and waits for its acknowledgement: everything that the server has
	 * written before has arrived then.
	 */
	public void barrier() {
		join(ping(), "ACK of PING");
		this.monitor.assertNoViolation();
	}

	/**
	 * Waits for a PING of the server that no call has waited for before.
	 */
	public void awaitPing() {
		this.monitor.await("connection: PING number " + (this.awaitedPings + 1), () -> {
			if (this.pings > this.awaitedPings) {
				this.awaitedPings++;
				return true;
			}
			return null;
		});
	}

	/**
	 * Waits for some PINGs of the server.
	 * @param count how many
	 */
	public void awaitPings(int count) {
		for (int i = 0; i < count; i++) {
			awaitPing();
		}
	}

	/**
	 * Returns the number of PINGs that the server has sent.
	 * @return the number of PINGs
	 */
	public int receivedPings() {
		return this.monitor.read(() -> this.pings);
	}

	/**
	 * Waits for the first GOAWAY of the server.
	 * @return the GOAWAY
	 */
	public GoAway awaitGoAway() {
		return awaitGoAway((goAway) -> true);
	}

	/**
	 * Waits for the first GOAWAY of the server with some property; a graceful shutdown
	 * sends two.
	 * @param predicate tests a GOAWAY
	 * @return the GOAWAY
	 */
	public GoAway awaitGoAway(Predicate<GoAway> predicate) {
		return this.monitor.await("connection: GOAWAY",
				() -> this.goAways.stream().filter(predicate).findFirst().orElse(null));
	}

	/**
	 * Returns the GOAWAYs of the server so far.
	 * @return the GOAWAYs
	 */
	public List<GoAway> goAways() {
		return this.monitor.read(() -> List.copyOf(this.goAways));
	}

	/**
	 * Sends a GOAWAY.
	 * @param error the error code
	 */
	public void goAway(Http2Error error) {
		write((handler) -> handler.writeGoAway(error.code(), ""));
	}

	/**
	 * Sends a frame of any type and content, outside of flow control.
	 * @param type the type
	 * @param flags the flags
	 * @param streamId the stream identifier
	 * @param payload the payload
	 */
	public void sendFrame(int type, int flags, int streamId, byte[] payload) {
		byte[] copy = payload.clone();
		write((handler) -> handler.writeFrame(type, flags, streamId, copy));
	}

	/**
	 * Sends bytes that need not be a frame.
	 * @param bytes the bytes
	 */
	public void sendBytes(byte[] bytes) {
		byte[] copy = bytes.clone();
		write((handler) -> handler.writeBytes(copy));
	}

	/**
	 * Returns the frames seen so far, in both directions.
	 * @return the frames
	 */
	public List<SeenFrame> frames() {
		return this.monitor.frames();
	}

	/**
	 * Forgets all frames and streams, which must have ended, for tests with very many.
	 */
	public void forget() {
		write(Http2ClientHandler::forget);
		barrier();
	}

	/**
	 * Waits for a frame, among those seen so far as well.
	 * @param what what is awaited, for the failure
	 * @param predicate tests a frame
	 * @return the first such frame
	 */
	public SeenFrame awaitFrame(String what, Predicate<SeenFrame> predicate) {
		return this.monitor.await(what,
				() -> this.monitor.frames().stream().filter(predicate).findFirst().orElse(null));
	}

	/**
	 * Returns whether the connection is open.
	 * @return whether the connection is open
	 */
	public boolean isOpen() {
		return this.channel.isActive() && !this.monitor.isClosed();
	}

	/**
	 * Waits until the connection is closed.
	 */
	public void awaitClosed() {
		this.monitor.awaitBeyondClose("connection: its end", () -> (this.monitor.isClosed()) ? true : null);
	}

	/**
	 * Returns the local port, by which the server knows this connection.
	 * @return the local port
	 */
	public int localPort() {
		return ((InetSocketAddress) this.channel.localAddress()).getPort();
	}

	/**
	 * Resets the TCP connection, as a peer that is killed.
	 */
	public void abort() {
		this.channel.eventLoop().execute(() -> {
			if (this.channel.isOpen()) {
				this.channel.config().setOption(ChannelOption.SO_LINGER, 0);
				// Past the pipeline, in which TLS would say goodbye
				this.channel.unsafe().close(this.channel.newPromise());
			}
		});
	}

	/**
	 * Closes the connection and fails if the server has broken the protocol.
	 */
	@Override
	public void close() {
		closeChannel();
		this.monitor.assertNoViolation();
	}

	private void closeChannel() {
		this.channel.close();
		this.monitor.awaitBeyondClose("connection: its end", () -> (this.monitor.isClosed()) ? true : null);
	}

	void write(Consumer<Http2ClientHandler> write) {
		if (this.channel.eventLoop().inEventLoop()) {
			write.accept(this.handler);
			return;
		}
		this.channel.eventLoop().execute(() -> {
			write.accept(this.handler);
			this.channel.flush();
		});
	}

	boolean isAutoAckPing() {
		return this.autoAckPing;
	}

	boolean isLateFrames() {
		return this.lateFrames;
	}

	boolean isAutoConsume() {
		return this.autoConsume;
	}

	EndOfBytes endOfConnection() {
		return this.endOfConnection;
	}

	void onSettings(Http2Settings settings) {
		this.serverSettings.add(settings);
	}

	void onPing() {
		this.pings++;
	}

	void onGoAway(GoAway goAway) {
		this.goAways.add(goAway);
	}

	void onWindowUpdate(int increment) {
		this.windowIncrement += increment;
	}

	void connectionFailed(IOException ex) {
		if (!(ex instanceof SSLException)) {
			this.endOfConnection = EndOfBytes.TCP_RESET;
		}
	}

	private <T> T join(CompletableFuture<T> future, String what) {
		if (this.channel.eventLoop().inEventLoop()) {
			throw new IllegalStateException("No waiting for " + what + " while writes are collected");
		}
		try {
			return future.get(this.monitor.timeout().toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			throw this.monitor.failure("connection: awaited in vain: " + what);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof Error error) {
				throw error;
			}
			if (ex.getCause() instanceof RuntimeException runtimeException) {
				throw runtimeException;
			}
			throw new AssertionError("connection: awaited " + what, ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("connection: interrupted; awaited " + what, ex);
		}
	}

	private void connectChannel(SslContext sslContext) {
		Bootstrap bootstrap = new Bootstrap().group(EVENT_LOOPS)
			.channel(NioSocketChannel.class)
			.option(ChannelOption.TCP_NODELAY, true)
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) this.monitor.timeout().toMillis())
			.handler(new ChannelInitializer<SocketChannel>() {

				@Override
				protected void initChannel(SocketChannel channel) {
					if (sslContext != null) {
						channel.pipeline()
							.addLast(sslContext.newHandler(channel.alloc(), "localhost", Http2Client.this.port));
					}
					channel.pipeline().addLast(Http2Client.this.handler);
				}

			});
		this.channel = bootstrap.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port))
			.syncUninterruptibly()
			.channel();
		if (sslContext != null) {
			SslHandler sslHandler = this.channel.pipeline().get(SslHandler.class);
			sslHandler.handshakeFuture().syncUninterruptibly();
			String protocol = sslHandler.applicationProtocol();
			if (!ApplicationProtocolNames.HTTP_2.equals(protocol)) {
				this.channel.close();
				throw new AssertionError("The server did not choose h2 by ALPN but " + protocol);
			}
		}
	}

	/**
	 * Describes an {@link Http2Client}.
	 */
	public static final class Builder {

		private final int port;

		private final Http2Settings settings = new Http2Settings().pushEnabled(false);

		private Duration timeout = Waiting.TIMEOUT;

		private int connectionWindowIncrement;

		private boolean tls;

		private boolean autoAckPing = true;

		private boolean autoConsume = true;

		private boolean awaitServerSettings = true;

		private boolean lateFrames;

		private Builder(int port) {
			this.port = port;
		}

		/**
		 * Uses TLS with ALPN.
		 * @return this builder
		 */
		public Builder tls() {
			this.tls = true;
			return this;
		}

		/**
		 * Changes the SETTINGS that the client starts with.
		 * @param customizer changes the settings
		 * @return this builder
		 */
		public Builder settings(Consumer<Http2Settings> customizer) {
			customizer.accept(this.settings);
			return this;
		}

		/**
		 * Sets the size of the streams' windows.
		 * @param size how much the server may send on a stream at first
		 * @return this builder
		 */
		public Builder initialWindowSize(int size) {
			this.settings.initialWindowSize(size);
			return this;
		}

		/**
		 * Adds to the connection's window of 65535 bytes from the start.
		 * @param increment the increment
		 * @return this builder
		 */
		public Builder connectionWindowIncrement(int increment) {
			this.connectionWindowIncrement = increment;
			return this;
		}

		/**
		 * Sets whether PINGs are acknowledged.
		 * @param autoAckPing whether to acknowledge; {@code false} plays a dead peer
		 * @return this builder
		 */
		public Builder autoAckPing(boolean autoAckPing) {
			this.autoAckPing = autoAckPing;
			return this;
		}

		/**
		 * Sets whether received DATA is given back to the server's windows by itself.
		 * @param autoConsume whether to give back
		 * @return this builder
		 */
		public Builder autoConsume(boolean autoConsume) {
			this.autoConsume = autoConsume;
			return this;
		}

		/**
		 * Sets whether connecting waits for the server's SETTINGS, as RFC 8441 demands
		 * before an extended CONNECT.
		 * @param awaitServerSettings whether to wait
		 * @return this builder
		 */
		public Builder awaitServerSettings(boolean awaitServerSettings) {
			this.awaitServerSettings = awaitServerSettings;
			return this;
		}

		/**
		 * Allows the server to answer frames that reach a stream after it has reset it
		 * with another RST_STREAM, as Netty does.
		 * @return this builder
		 */
		public Builder lateFrames() {
			this.lateFrames = true;
			return this;
		}

		/**
		 * Sets how long waits last at most, {@link Waiting#TIMEOUT} if not set.
		 * @param timeout the timeout
		 * @return this builder
		 */
		public Builder timeout(Duration timeout) {
			this.timeout = timeout;
			return this;
		}

		/**
		 * Connects.
		 * @return the client
		 */
		public Http2Client connect() {
			Http2Client client = new Http2Client(this);
			client.connectChannel((this.tls) ? sslContext() : null);
			if (this.awaitServerSettings) {
				try {
					client.serverSettings();
				}
				catch (AssertionError ex) {
					client.closeChannel();
					throw ex;
				}
			}
			return client;
		}

		private static SslContext sslContext() {
			try {
				return SslContextBuilder.forClient()
					.sslProvider(SslProvider.JDK)
					.trustManager(InsecureTrustManagerFactory.INSTANCE)
					.endpointIdentificationAlgorithm(null)
					.applicationProtocolConfig(
							new ApplicationProtocolConfig(Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE,
									SelectedListenerFailureBehavior.ACCEPT, ApplicationProtocolNames.HTTP_2))
					.build();
			}
			catch (SSLException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
