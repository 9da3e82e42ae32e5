package io.github.websockethttp2.topics.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.websockethttp2.topic.TopicEngine;
import io.github.websockethttp2.topic.TopicHistory;
import io.github.websockethttp2.topic.TopicSignal;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;

/**
 * Connects topics by channels of Redis. Thread-safe.
 */
final class RedisTopicEngine implements TopicEngine, SmartLifecycle, DisposableBean {

	private final TopicsRedisProperties properties;

	private final RedisConnector connector;

	/** On it, connecting blocks, and what has been subscribed to changes. */
	private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "websocket-topics-redis");
		thread.setDaemon(true);
		return thread;
	});

	/** By name. Changed on the thread. */
	private final Map<String, RedisChannel> channels = new ConcurrentHashMap<>();

	private final AtomicInteger inFlight = new AtomicInteger();

	private final SignalThread signals = new SignalThread();

	private final RedisHistory history;

	private volatile RedisLink link;

	private volatile boolean running;

	private boolean stopped;

	/**
	 * Create an engine.
	 * @param connector opens connections
	 * @param properties its properties
	 */
	RedisTopicEngine(RedisConnector connector, TopicsRedisProperties properties) {
		this.connector = connector;
		this.properties = properties;
		this.history = new RedisHistory(this, properties.historySize(), properties.historyTimeToLive(), this.signals);
		this.link = newLink();
	}

	private RedisLink newLink() {
		return new RedisLink(this.thread, this.connector, this.properties.timeout(), this::requested, new LinkEvents());
	}

	@Override
	public Mono<Void> publish(String topic, ByteBuffer message) {
		return Mono.create((sink) -> {
			RedisConnections connections = requiredConnections();
			if (this.inFlight.incrementAndGet() > this.properties.maxInFlight()) {
				this.inFlight.decrementAndGet();
				sink.error(new IllegalStateException(
						this.properties.maxInFlight() + " messages are on their way to Redis already"));
			}
			else {
				published(countedPublish(connections, topic, message), sink);
			}
		});
	}

	private CompletionStage<?> countedPublish(RedisConnections connections, String topic, ByteBuffer message) {
		try {
			return publish(connections, topic, message);
		}
		catch (Throwable ex) {
			this.inFlight.decrementAndGet();
			throw ex;
		}
	}

	private CompletionStage<?> publish(RedisConnections connections, String topic, ByteBuffer message) {
		byte[] bytes = new byte[message.remaining()];
		message.duplicate().get(bytes);
		byte[] channel = channel(topic);
		return (this.properties.historySize() > 0) ? this.history.publish(connections, channel, bytes)
				: connections.publish(channel, bytes);
	}

	private void published(CompletionStage<?> answer, MonoSink<Void> sink) {
		answer.whenComplete((receivers, ex) -> {
			this.inFlight.decrementAndGet();
			if (ex != null) {
				sink.error(ex);
			}
			else {
				sink.success();
			}
		});
	}

	@Override
	public Flux<TopicSignal> subscribe(String topic) {
		return Flux.create((sink) -> {
			this.link.execute(() -> add(name(topic), sink));
			sink.onDispose(() -> this.link.execute(() -> remove(name(topic), sink)));
		});
	}

	/**
	 * Returns the history, unless none is kept.
	 */
	@Override
	public TopicHistory history() {
		if (this.properties.historySize() == 0) {
			throw new IllegalStateException(
					"There is no history of topics: set " + TopicsRedisProperties.HISTORY_SIZE + " for that");
		}
		return this.history;
	}

	/**
	 * Returns the connections.
	 * @throws IllegalStateException if Redis is down
	 */
	RedisConnections requiredConnections() {
		RedisConnections connections = this.link.connections();
		if (connections == null) {
			throw new IllegalStateException("Redis is down: " + this.link.reason());
		}
		return connections;
	}

	/**
	 * Returns the channel of a topic.
	 */
	byte[] channel(String topic) {
		return name(topic).getBytes(StandardCharsets.UTF_8);
	}

	@Override
	public boolean isUp() {
		return this.link.connections() != null;
	}

	/**
	 * Returns why Redis is down, if it is.
	 */
	String reason() {
		return this.link.reason();
	}

	private String name(String topic) {
		return ChannelNames.channel(this.properties.channelPrefix(), topic);
	}

	// On the thread

	private void add(String name, FluxSink<TopicSignal> sink) {
		RedisChannel channel = this.channels.computeIfAbsent(name,
				(added) -> new RedisChannel(added.getBytes(StandardCharsets.UTF_8), this.signals));
		RedisConnections connections = this.link.connections();
		channel.add(sink, connections != null);
		if (connections != null) {
			request(connections, channel);
		}
	}

	private void remove(String name, FluxSink<TopicSignal> sink) {
		RedisChannel channel = this.channels.get(name);
		if (channel != null && channel.remove(sink)) {
			this.channels.remove(name);
			RedisConnections connections = this.link.connections();
			if (connections != null) {
				connections.unsubscribe(channel.name());
			}
		}
	}

	private void request(RedisConnections connections, RedisChannel channel) {
		if (channel.request()) {
			connections.subscribe(List.of(channel.name()))
				.whenComplete((confirmed, ex) -> this.link.execute(() -> requested(connections, channel, ex)));
		}
	}

	private void requested(RedisConnections connections, RedisChannel channel, @Nullable Throwable ex) {
		if (ex != null) {
			this.link.lost(connections, "a topic cannot be subscribed to: " + ex.getMessage());
		}
		else if (connections == this.link.connections()) {
			channel.up();
		}
	}

	private Collection<byte[]> requested() {
		this.channels.values().forEach(RedisChannel::request);
		return this.channels.values().stream().map(RedisChannel::name).toList();
	}

	@Override
	public void start() {
		if (this.stopped) {
			this.stopped = false;
			this.link = newLink();
		}
		this.running = true;
		this.link.start();
	}

	/**
	 * Subscribers stay, since an application may be started again.
	 */
	@Override
	public void stop() {
		this.running = false;
		this.stopped = true;
		this.link.close();
		this.link.execute(() -> this.channels.values().forEach(RedisChannel::down));
	}

	@Override
	public void destroy() {
		this.link.close();
		this.thread.shutdownNow();
		this.signals.close();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * Before the server starts, and after it has stopped.
	 */
	@Override
	public int getPhase() {
		return 0;
	}

	private final class LinkEvents implements RedisLink.Events {

		@Override
		public void up() {
			RedisConnections connections = RedisTopicEngine.this.link.connections();
			for (RedisChannel channel : RedisTopicEngine.this.channels.values()) {
				if (connections != null && channel.isRequested()) {
					channel.up();
				}
				else if (connections != null) {
					request(connections, channel);
				}
			}
		}

		@Override
		public void down() {
			RedisTopicEngine.this.channels.values().forEach(RedisChannel::down);
		}

		@Override
		public void message(byte[] channel, byte[] message) {
			RedisChannel known = RedisTopicEngine.this.channels.get(new String(channel, StandardCharsets.UTF_8));
			if (known != null) {
				known.message(message);
			}
		}

	}

}
