package io.github.websockethttp2.topics.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.websockethttp2.topic.TopicHistory;
import io.github.websockethttp2.topic.TopicPosition;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.StreamMessage;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * The last messages of topics, each in a stream of Redis. A script appends a message and
 * publishes it, so that nobody sees one without the other. The ids of a stream's entries
 * are an epoch, which begins when the stream does, and a number without gaps. A position
 * is the id of an entry, with a digest of what is in it: a stream that has been lost,
 * wholly or at its end, has something else there. Thread-safe.
 */
final class RedisHistory implements TopicHistory {

	private static final String APPEND = """
			local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
			local id
			if last then
				local epoch, number = string.match(last[1], '(%d+)-(%d+)')
				id = epoch .. '-' .. string.format('%d', number + 1)
			else
				local now = redis.call('TIME')
				id = string.format('%d%06d-1', now[1], now[2])
			end
			redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[1], id, ARGV[3], ARGV[4])
			redis.call('PEXPIRE', KEYS[1], ARGV[2])
			if ARGV[5] then
				redis.call(ARGV[5], ARGV[6], ARGV[4])
			end
			return id
			""";

	/** Looks at the position before it reads everything behind it. */
	private static final String SINCE = """
			local at = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])[1]
			if not at or string.sub(redis.sha1hex(at[2][2]), 1, 16) ~= ARGV[2] then
				return {}
			end
			local messages = {}
			local size = 0
			for i, entry in ipairs(redis.call('XRANGE', KEYS[1], ARGV[1], '+')) do
				messages[i] = entry[2][2]
				size = size + #messages[i]
			end
			return size <= tonumber(ARGV[3]) and messages or {}
			""";

	private static final byte[] FIELD = bytes("message");

	/** In bytes. More would keep messages from being published meanwhile. */
	private static final byte[] LIMIT = bytes(String.valueOf(1024 * 1024));

	private static final Pattern POSITION = Pattern.compile("(\\d{1,20}-\\d{1,20})-([0-9a-f]{16})");

	private static final int DIGEST_SIZE = 8;

	/** So many ask at a time. After the loss of an instance, all of its clients do. */
	private static final int QUESTIONS = 16;

	private final RedisTopicEngine engine;

	private final byte[] maxLength;

	private final Duration timeToLive;

	private final byte[] timeToLiveInMillis;

	private final SignalThread signals;

	private final Turns turns;

	/**
	 * Create a history.
	 * @param engine the engine
	 * @param size how many messages of a topic are kept
	 * @param timeToLive how long, after the last, or after somebody has got a position
	 * @param signals the thread of the engine's signals
	 */
	RedisHistory(RedisTopicEngine engine, int size, Duration timeToLive, SignalThread signals) {
		this.engine = engine;
		// The position is an entry, too
		this.maxLength = bytes(String.valueOf(size + 1L));
		this.timeToLive = timeToLive;
		this.timeToLiveInMillis = bytes(String.valueOf(timeToLive.toMillis()));
		this.signals = signals;
		this.turns = new Turns(QUESTIONS, signals::execute);
	}

	/**
	 * Publishes a message and appends it to the history.
	 */
	CompletionStage<?> publish(RedisConnections connections, byte[] channel, byte[] message) {
		return append(connections, channel, message, bytes(connections.publishCommand()), channel);
	}

	private CompletionStage<byte[]> append(RedisConnections connections, byte[] channel, byte[] content,
			byte[]... publish) {
		List<byte[]> arguments = new ArrayList<>(List.of(this.maxLength, this.timeToLiveInMillis, FIELD, content));
		arguments.addAll(List.of(publish));
		return connections.run((redis) -> redis.eval(APPEND, ScriptOutputType.VALUE, new byte[][] { key(channel) },
				arguments.toArray(byte[][]::new)));
	}

	@Override
	public Mono<TopicPosition> position(String topic) {
		byte[] channel = this.engine.channel(topic);
		return ask((connections) -> connections.run((redis) -> redis.pexpire(key(channel), this.timeToLive))
			.thenCompose((exists) -> connections
				.run((redis) -> redis.xrevrange(key(channel), Range.unbounded(), Limit.from(1))))
			.thenCompose((last) -> last.isEmpty() ? beginning(connections, channel)
					: CompletableFuture.completedFuture(position(last.get(0).getId(), entry(last.get(0)).getValue()))));
	}

	private CompletionStage<TopicPosition> beginning(RedisConnections connections, byte[] channel) {
		// No topic takes it for a message
		byte[] content = bytes(UUID.randomUUID().toString());
		return append(connections, channel, content)
			.thenApply((id) -> position(new String(id, StandardCharsets.US_ASCII), content));
	}

	private static TopicPosition position(String id, byte[] content) {
		return new TopicPosition(id + "-" + digest(content));
	}

	@Override
	public Mono<List<ByteBuffer>> since(String topic, TopicPosition position) {
		Matcher matcher = POSITION.matcher(position.value());
		boolean wellFormed = matcher.matches();
		byte[] channel = this.engine.channel(topic);
		return ask((connections) -> wellFormed ? since(connections, channel, matcher.group(1), matcher.group(2))
				: CompletableFuture.completedFuture(List.<byte[]>of()))
			.filter((messages) -> !messages.isEmpty())
			.map((messages) -> messages.stream().map(ByteBuffer::wrap).toList());
	}

	private CompletionStage<List<byte[]>> since(RedisConnections connections, byte[] channel, String id,
			String digest) {
		return connections.run((redis) -> redis.eval(SINCE, ScriptOutputType.MULTI, new byte[][] { key(channel) },
				bytes(id), bytes(digest), LIMIT));
	}

	/**
	 * Asks Redis. The answer waits until everything has been signalled that was published
	 * before.
	 */
	private <R> Mono<R> ask(Function<RedisConnections, CompletionStage<R>> question) {
		return Mono.create((sink) -> {
			AtomicBoolean wanted = new AtomicBoolean(true);
			sink.onDispose(() -> wanted.set(false));
			this.turns.begin(() -> ask(question, sink, wanted));
		});
	}

	private <R> void ask(Function<RedisConnections, CompletionStage<R>> question, MonoSink<R> sink,
			AtomicBoolean wanted) {
		if (!wanted.get()) {
			this.signals.execute(this.turns::end);
			return;
		}
		try {
			RedisConnections connections = this.engine.requiredConnections();
			question.apply(connections)
				.thenCompose((answer) -> connections.ping().thenApply((pong) -> answer))
				.whenComplete((answer, ex) -> answer(sink, answer, ex));
		}
		catch (Throwable ex) {
			answer(sink, null, ex);
		}
	}

	private <R> void answer(MonoSink<R> sink, @Nullable R answer, @Nullable Throwable ex) {
		this.signals.execute(() -> {
			this.turns.end();
			if (ex != null) {
				sink.error((ex instanceof CompletionException && ex.getCause() != null) ? ex.getCause() : ex);
			}
			else {
				sink.success(answer);
			}
		});
	}

	private static Map.Entry<byte[], byte[]> entry(StreamMessage<byte[], byte[]> message) {
		return message.getBody().entrySet().iterator().next();
	}

	private static byte[] key(byte[] channel) {
		return bytes(ChannelNames.history(new String(channel, StandardCharsets.UTF_8)));
	}

	private static String digest(byte[] content) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-1").digest(content);
			return HexFormat.of().formatHex(digest, 0, DIGEST_SIZE);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-1", ex);
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
