package io.github.websockethttp2.topic;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.http.codec.HttpMessageWriter;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.util.ClassUtils;

/**
 * The topics of this process. Thread-safe.
 */
public final class LocalTopics implements Topics, AutoCloseable {

	/** How long a topic of other instances is subscribed to when nobody is in it here. */
	private static final Duration LINGER = Duration.ofSeconds(5);

	private final LiveTopics topics;

	private final TopicCodecs codecs;

	private final SlowConsumer slowConsumer;

	private final @Nullable EngineTopics elsewhere;

	/**
	 * Create an instance whose topics reach this process only.
	 * @param writers returns the writers with the encoders of messages
	 * @param slowConsumer what happens to subscribers that are slow, with a size
	 * @param counts counts what becomes of messages
	 */
	public LocalTopics(Supplier<List<HttpMessageWriter<?>>> writers, SlowConsumer slowConsumer, TopicCounts counts) {
		this.topics = new LiveTopics(counts, TopicPresence.NOBODY_ASKS);
		this.codecs = new TopicCodecs(writers, List::of);
		this.slowConsumer = slowConsumer;
		this.elsewhere = null;
	}

	/**
	 * Create an instance whose topics reach other processes, too.
	 * @param codecs returns the encoders and decoders of messages
	 * @param slowConsumer what happens to subscribers that are slow, with a size
	 * @param counts counts what becomes of messages
	 * @param engine carries them
	 * @param engineCounts counts what becomes of those that it carries
	 */
	public LocalTopics(Supplier<ServerCodecConfigurer> codecs, SlowConsumer slowConsumer, TopicCounts counts,
			TopicEngine engine, EngineCounts engineCounts) {
		this.elsewhere = new EngineTopics(engine, engineCounts, this::deliver, LINGER);
		this.topics = new LiveTopics(counts, this.elsewhere);
		this.codecs = new TopicCodecs(() -> codecs.get().getWriters(), () -> codecs.get().getReaders());
		this.slowConsumer = slowConsumer;
	}

	private void deliver(String name, TopicMessage message) {
		LiveTopic live;
		do {
			live = this.topics.find(name);
		}
		while (live != null && live.send(message, () -> {
		}) == null);
	}

	@Override
	public <T> Topic<T> get(String name, Class<T> type) {
		return get(name, ResolvableType.forClass(ClassUtils.resolvePrimitiveIfNecessary(type)));
	}

	@Override
	public <T> Topic<T> get(String name, ParameterizedTypeReference<T> type) {
		if (hasVariable(type.getType())) {
			throw new IllegalArgumentException(
					"The type of the topic '" + name + "' has a type variable, so that nobody" + " knows what is sent: "
							+ type.getType() + ". Name the type itself");
		}
		return get(name, ResolvableType.forType(type));
	}

	private static boolean hasVariable(Type type) {
		if (type instanceof ParameterizedType parameterized) {
			return anyHasVariable(parameterized.getActualTypeArguments());
		}
		if (type instanceof WildcardType wildcard) {
			return anyHasVariable(wildcard.getUpperBounds()) || anyHasVariable(wildcard.getLowerBounds());
		}
		return type instanceof TypeVariable
				|| (type instanceof GenericArrayType array && hasVariable(array.getGenericComponentType()));
	}

	private static boolean anyHasVariable(Type[] types) {
		return Stream.of(types).anyMatch(LocalTopics::hasVariable);
	}

	private <T> Topic<T> get(String name, ResolvableType type) {
		Objects.requireNonNull(name, "No name");
		TopicKey key = new TopicKey(this.topics, name, type);
		key.find();
		return new LocalTopic<>(key, this.codecs.of(type), this.slowConsumer, this.slowConsumer, this.elsewhere);
	}

	@Override
	public void close() {
		if (this.elsewhere != null) {
			this.elsewhere.close();
		}
	}

	/**
	 * Returns what has become of the messages of all topics.
	 */
	TopicCounts getCounts() {
		return this.topics.counts();
	}

	/**
	 * Returns how many topics there are.
	 * @return how many somebody is in
	 */
	int size() {
		return this.topics.size();
	}

}
