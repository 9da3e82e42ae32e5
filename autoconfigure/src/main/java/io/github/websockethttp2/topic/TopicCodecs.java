package io.github.websockethttp2.topic;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.core.codec.Decoder;
import org.springframework.core.codec.Encoder;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.http.codec.DecoderHttpMessageReader;
import org.springframework.http.codec.EncoderHttpMessageWriter;
import org.springframework.http.codec.HttpMessageReader;
import org.springframework.http.codec.HttpMessageWriter;
import org.springframework.util.MimeType;

/**
 * Chooses the codecs of topics. Thread-safe.
 */
final class TopicCodecs {

	private static final List<MimeType> TEXTS = List.of(MimeType.valueOf("text/*"),
			MimeType.valueOf("application/json"), MimeType.valueOf("application/*+json"),
			MimeType.valueOf("application/xml"), MimeType.valueOf("application/*+xml"));

	private final Map<ResolvableType, TopicCodec> codecs = new ConcurrentHashMap<>();

	/** Asked when the first codec is needed, since the application may add to them. */
	private final Supplier<List<HttpMessageWriter<?>>> writers;

	/** Asked when the first message of another instance is decoded. */
	private final Supplier<List<HttpMessageReader<?>>> readers;

	TopicCodecs(Supplier<List<HttpMessageWriter<?>>> writers, Supplier<List<HttpMessageReader<?>>> readers) {
		this.writers = writers;
		this.readers = readers;
	}

	/**
	 * Returns the codec for a type.
	 * @throws IllegalArgumentException if there is none
	 */
	TopicCodec of(ResolvableType type) {
		return this.codecs.computeIfAbsent(type, this::create);
	}

	private TopicCodec create(ResolvableType type) {
		Class<?> raw = type.toClass();
		if (CharSequence.class.isAssignableFrom(raw)) {
			return new TopicCodec.Text();
		}
		if (raw == byte[].class) {
			return new TopicCodec.Bytes();
		}
		if (ByteBuffer.class.isAssignableFrom(raw)) {
			return new TopicCodec.NioBuffer();
		}
		if (DataBuffer.class.isAssignableFrom(raw)) {
			return new TopicCodec.Buffer();
		}
		for (HttpMessageWriter<?> writer : this.writers.get()) {
			if (writer instanceof EncoderHttpMessageWriter<?> encoding && encoding.getEncoder().canEncode(type, null)) {
				return encoded(encoding.getEncoder(), type);
			}
		}
		throw new IllegalArgumentException("No encoder of WebFlux can write " + type);
	}

	@SuppressWarnings("unchecked")
	private TopicCodec encoded(Encoder<?> encoder, ResolvableType type) {
		MimeType mimeType = (encoder.canEncode(type, MediaType.APPLICATION_JSON)) ? MediaType.APPLICATION_JSON
				: encoder.getEncodableMimeTypes(type).get(0);
		return new TopicCodec.Encoded((Encoder<Object>) encoder, () -> decoder(type, mimeType), type, mimeType,
				TEXTS.stream().anyMatch((text) -> text.includes(mimeType)));
	}

	private @Nullable Decoder<?> decoder(ResolvableType type, MimeType mimeType) {
		for (HttpMessageReader<?> reader : this.readers.get()) {
			if (reader instanceof DecoderHttpMessageReader<?> decoding
					&& decoding.getDecoder().canDecode(type, mimeType)) {
				return decoding.getDecoder();
			}
		}
		return null;
	}

}
