package io.github.websockethttp2.topic;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.testsupport.Frame;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.codec.HttpMessageWriter;
import org.springframework.web.reactive.socket.WebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What becomes of messages of a topic by their types.
 */
class TopicTypesTests {

	private static final ParameterizedTypeReference<List<Shape>> SHAPES = new ParameterizedTypeReference<>() {
	};

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Handlers.class, "websocket.http2.compression.enabled=true",
			"spring.jackson.property-naming-strategy=SNAKE_CASE");

	@ParameterizedTest
	@EnumSource
	void valueIsEncodedOnceByTheConfiguredEncoder(Transport transport) {
		Topic<Price> topic = topic(transport, "json", Price.class);
		try (WebSocketConnection connection = SERVERS.connect(transport);
				WebSocketConnection other = SERVERS.connect(transport)) {
			List<WebSocketStream> sockets = List.of(connection.open("/json"), other.open("/json"));
			TopicHandlers.awaitSubscribers(topic, 2);
			Price price = new Price(new AtomicInteger());
			assertThat(TopicHandlers.send(topic, price)).isEqualTo(new Delivery(2, 0, 0));
			sockets.forEach((socket) -> assertThat(socket.awaitText()).isEqualTo("{\"times_read\":1}"));
			assertThat(price.reads()).hasValue(1);
		}
		TopicHandlers.awaitSubscribers(topic, 0);
	}

	/**
	 * The encoder sees what is in the list: it writes the name of a subtype for this
	 * reason only.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H1", "H2" })
	void valueOfGenericTypeIsEncodedAsThat(Transport transport) {
		Topic<List<Shape>> topic = SERVERS.server(transport).bean(Topics.class).get("shapes", SHAPES);
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/shapes");
			TopicHandlers.awaitSubscribers(topic, 1);
			assertThat(TopicHandlers.send(topic, List.of(new Circle(1)))).isEqualTo(new Delivery(1, 0, 0));
			assertThat(socket.awaitText()).isEqualTo("[{\"kind\":\"circle\",\"radius\":1}]");
		}
		TopicHandlers.awaitSubscribers(topic, 0);
	}

	@ParameterizedTest
	@EnumSource
	void textStaysText(Transport transport) {
		Topic<String> topic = topic(transport, "text", String.class);
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/text");
			TopicHandlers.awaitSubscribers(topic, 1);
			TopicHandlers.send(topic, "\"grün\"");
			assertThat(socket.awaitText()).isEqualTo("\"grün\"");
		}
		TopicHandlers.awaitSubscribers(topic, 0);
	}

	@ParameterizedTest
	@EnumSource
	void bytesStayBytes(Transport transport) {
		Topic<byte[]> topic = topic(transport, "bytes", byte[].class);
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/bytes");
			TopicHandlers.awaitSubscribers(topic, 1);
			for (int size : new int[] { 0, 1, 5_000, 100_000 }) {
				byte[] bytes = new byte[size];
				assertThat(TopicHandlers.send(topic, bytes)).isEqualTo(new Delivery(1, 0, 0));
				assertThat(socket.awaitBinary()).isEqualTo(bytes);
			}
		}
		TopicHandlers.awaitSubscribers(topic, 0);
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2" })
	void buffersAreSentAndReleased(Transport transport) {
		Topic<DataBuffer> topic = topic(transport, "buffers", DataBuffer.class);
		NettyDataBufferFactory buffers = new NettyDataBufferFactory(PooledByteBufAllocator.DEFAULT);
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/buffers");
			TopicHandlers.awaitSubscribers(topic, 1);
			ByteBuf bytes = PooledByteBufAllocator.DEFAULT.buffer().writeBytes(utf8("hello"));
			StepVerifier.create(topic.messages().take(1))
				.then(() -> TopicHandlers.send(topic, buffers.wrap(bytes)))
				.consumeNextWith((buffer) -> assertThat(buffer.toString(StandardCharsets.UTF_8)).isEqualTo("hello"))
				.verifyComplete();
			assertThat(bytes.refCnt()).isZero();
			assertThat(socket.awaitBinary()).isEqualTo(utf8("hello"));
		}
		TopicHandlers.awaitSubscribers(topic, 0);
		ByteBuf unheard = PooledByteBufAllocator.DEFAULT.buffer();
		assertThat(TopicHandlers.send(topic, buffers.wrap(unheard))).isEqualTo(Delivery.NONE);
		assertThat(unheard.refCnt()).isZero();
	}

	@Test
	void bufferIsReleasedIfOthersAreInTheTopicForAnotherType() {
		Topic<DataBuffer> topic = topic(Transport.H1, "mixed", DataBuffer.class);
		ByteBuf unsent = PooledByteBufAllocator.DEFAULT.buffer();
		DataBuffer message = new NettyDataBufferFactory(PooledByteBufAllocator.DEFAULT).wrap(unsent);
		Disposable other = topic(Transport.H1, "mixed", String.class).messages().subscribe();
		StepVerifier.create(topic.send(message)).verifyError(IllegalStateException.class);
		assertThat(unsent.refCnt()).isZero();
		other.dispose();
	}

	/**
	 * It would be the same for all of whatever it stands for.
	 */
	@Test
	<T> void typeWithAVariableIsRefused() {
		Topics topics = SERVERS.server(Transport.H1).bean(Topics.class);
		for (ParameterizedTypeReference<?> type : List.of(new ParameterizedTypeReference<T>() {
		}, new ParameterizedTypeReference<List<T>>() {
		}, new ParameterizedTypeReference<List<T[]>>() {
		}, new ParameterizedTypeReference<List<? extends T>>() {
		})) {
			assertThatIllegalArgumentException().isThrownBy(() -> topics.get("any", type))
				.withMessageContaining("'any'")
				.withMessageContaining(type.getType().getTypeName());
		}
		assertThat(topics.get("any", new ParameterizedTypeReference<List<? extends Shape>>() {
		}).name()).isEqualTo("any");
	}

	@Test
	void subscribersCannotChangeWhatOthersGet() {
		Topic<byte[]> topic = topic(Transport.H1, "arrays", byte[].class);
		StepVerifier.create(topic.messages().doOnNext((bytes) -> bytes[0] = 'x').zipWith(topic.messages()).take(1))
			.then(() -> TopicHandlers.send(topic, utf8("hello")))
			.consumeNextWith((both) -> {
				assertThat(both.getT1()).isEqualTo(utf8("xello"));
				assertThat(both.getT2()).isEqualTo(utf8("hello"));
			})
			.verifyComplete();
		Topic<ByteBuffer> nio = topic(Transport.H1, "nio", ByteBuffer.class);
		ByteBuffer sent = ByteBuffer.wrap(utf8("hello"));
		StepVerifier.create(nio.messages().take(1))
			.then(() -> TopicHandlers.send(nio, sent))
			.consumeNextWith((buffer) -> {
				assertThat(buffer.isReadOnly()).isTrue();
				assertThat(buffer.remaining()).isEqualTo(5);
			})
			.verifyComplete();
		assertThat(sent.remaining()).isEqualTo(5);
	}

	@ParameterizedTest
	@EnumSource
	void messageIsCompressedForThoseWhoNegotiatedIt(Transport transport) {
		Topic<String> topic = topic(transport, "text", String.class);
		try (WebSocketConnection connection = SERVERS.connect(transport);
				WebSocketConnection other = SERVERS.connect(transport);
				WebSocketConnection plain = SERVERS.connect(transport)) {
			WebSocketStream first = connection.open("/text", "sec-websocket-extensions", "permessage-deflate");
			WebSocketStream second = other.open("/text", "sec-websocket-extensions", "permessage-deflate");
			WebSocketStream third = plain.open("/text");
			TopicHandlers.awaitSubscribers(topic, 3);
			String text = "hello ".repeat(1000);
			TopicHandlers.send(topic, text);
			Frame compressed = first.awaitFrame();
			assertThat(compressed.rsv()).isEqualTo(4);
			assertThat(compressed.payload().length).isLessThan(200);
			assertThat(second.awaitFrame().payload()).isEqualTo(compressed.payload());
			assertThat(third.awaitText()).isEqualTo(text);
		}
		TopicHandlers.awaitSubscribers(topic, 0);
	}

	@Test
	void valueThatCannotBeEncodedReachesNobody() {
		Topic<Broken> topic = topic(Transport.H1, "broken", Broken.class);
		StepVerifier.create(topic.messages().take(1)).then(() -> {
			StepVerifier.create(topic.send(new Broken(true)))
				.verifyErrorSatisfies((ex) -> assertThat(ex).hasMessageContaining("broken"));
			TopicHandlers.send(topic, new Broken(false));
		}).expectNext(new Broken(false)).verifyComplete();
	}

	@Test
	void typeWithoutAnEncoderIsRefused() {
		List<HttpMessageWriter<?>> none = List.of();
		LocalTopics topics = new LocalTopics(() -> none, SlowConsumer.dropOldest(), new TopicCounts());
		assertThatIllegalArgumentException().isThrownBy(() -> topics.get("news", Price.class))
			.withMessageContaining(Price.class.getName());
	}

	@Test
	void genericTypeWithoutAnEncoderIsRefused() {
		LocalTopics topics = new LocalTopics(List::of, SlowConsumer.dropOldest(), new TopicCounts());
		assertThatIllegalArgumentException().isThrownBy(() -> topics.get("shapes", SHAPES))
			.withMessageContaining("java.util.List<" + Shape.class.getName() + ">");
	}

	private static <T> Topic<T> topic(Transport transport, String name, Class<T> type) {
		TestServer server = SERVERS.server(transport);
		return server.bean(Topics.class).get(name, type);
	}

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	record Price(AtomicInteger reads) {

		@JsonProperty
		int timesRead() {
			return this.reads.incrementAndGet();
		}

		@Override
		@JsonIgnore
		public AtomicInteger reads() {
			return this.reads;
		}

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
	@JsonSubTypes(@JsonSubTypes.Type(value = Circle.class, name = "circle"))
	sealed interface Shape {

	}

	record Circle(int radius) implements Shape {
	}

	record Broken(boolean broken) {

		@JsonProperty
		String text() {
			if (this.broken) {
				throw new IllegalStateException("broken");
			}
			return "whole";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		@WebSocketMapping("/json")
		WebSocketHandler json(Topics topics) {
			return (session) -> topics.get("json", Price.class).subscribe(session);
		}

		@Bean
		@WebSocketMapping("/shapes")
		WebSocketHandler shapes(Topics topics) {
			return (session) -> topics.get("shapes", SHAPES).subscribe(session);
		}

		@Bean
		@WebSocketMapping("/text")
		WebSocketHandler text(Topics topics) {
			return (session) -> topics.get("text", String.class).subscribe(session);
		}

		@Bean
		@WebSocketMapping("/bytes")
		WebSocketHandler bytes(Topics topics) {
			return (session) -> topics.get("bytes", byte[].class).subscribe(session);
		}

		@Bean
		@WebSocketMapping("/buffers")
		WebSocketHandler buffers(Topics topics) {
			return (session) -> Mono.defer(() -> topics.get("buffers", DataBuffer.class).subscribe(session));
		}

	}

}
