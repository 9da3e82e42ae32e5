package io.github.websockethttp2.topic;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;

/**
 * Connects instances in this process, and keeps what is sent.
 */
final class MemoryEngine implements TopicEngine, TopicHistory {

	final Map<String, List<FluxSink<TopicSignal>>> subscribers = new ConcurrentHashMap<>();

	final List<ByteBuffer> published = new CopyOnWriteArrayList<>();

	volatile boolean up = true;

	volatile boolean deaf;

	volatile boolean keepsHistory = true;

	volatile boolean answers = true;

	Runnable beforePosition = () -> {
	};

	Runnable duringRead = () -> {
	};

	Runnable afterRead = () -> {
	};

	@Override
	public TopicHistory history() {
		return (this.keepsHistory) ? this : TopicEngine.super.history();
	}

	@Override
	public Mono<TopicPosition> position(String topic) {
		return Mono.fromSupplier(() -> {
			this.beforePosition.run();
			return new TopicPosition(String.valueOf(this.published.size()));
		});
	}

	@Override
	public Mono<List<ByteBuffer>> since(String topic, TopicPosition position) {
		if (!position.value().matches("\\d+")) {
			return Mono.empty();
		}
		return (!this.answers) ? Mono.never() : Mono.fromSupplier(() -> {
			this.duringRead.run();
			int begin = Integer.parseInt(position.value());
			List<ByteBuffer> since = new ArrayList<>();
			since.add((begin > 0) ? this.published.get(begin - 1) : ByteBuffer.allocate(0));
			since.addAll(this.published.subList(begin, this.published.size()));
			this.afterRead.run();
			return since;
		});
	}

	@Override
	public Mono<Void> publish(String topic, ByteBuffer message) {
		if (!this.up) {
			return Mono.error(new IllegalStateException("Down"));
		}
		return Mono.fromRunnable(() -> {
			this.published.add(message);
			if (!this.deaf) {
				signal(topic, new TopicSignal.Message(message));
			}
		});
	}

	void signal(String topic, TopicSignal... signals) {
		for (TopicSignal signal : signals) {
			this.subscribers.getOrDefault(topic, List.of()).forEach((sink) -> sink.next(signal));
		}
	}

	@Override
	public Flux<TopicSignal> subscribe(String topic) {
		return Flux.create((sink) -> {
			List<FluxSink<TopicSignal>> sinks = this.subscribers.computeIfAbsent(topic,
					(added) -> new CopyOnWriteArrayList<>());
			sinks.add(sink);
			sink.onDispose(() -> sinks.remove(sink));
			sink.next(new TopicSignal.Up());
		});
	}

	@Override
	public boolean isUp() {
		return this.up;
	}

}
