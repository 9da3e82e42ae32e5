package io.github.websockethttp2.test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.springframework.core.ResolvableType;
import org.springframework.core.codec.Decoder;
import org.springframework.core.codec.Encoder;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.http.codec.CodecConfigurer;
import org.springframework.http.codec.DecoderHttpMessageReader;
import org.springframework.http.codec.EncoderHttpMessageWriter;
import org.springframework.http.codec.HttpMessageReader;
import org.springframework.http.codec.HttpMessageWriter;

/**
 * Reads and writes JSON in messages with the codecs of the application.
 *
 * @param codecs the codecs
 */
record JsonMessages(CodecConfigurer codecs) {

	private static final MediaType JSON = MediaType.APPLICATION_JSON;

	String write(Object value) {
		ResolvableType type = ResolvableType.forInstance(value);
		DataBuffer written = encoder(type).encodeValue(value, DefaultDataBufferFactory.sharedInstance, type, JSON,
				Map.of());
		return written.toString(StandardCharsets.UTF_8);
	}

	@SuppressWarnings("unchecked")
	private Encoder<Object> encoder(ResolvableType type) {
		List<HttpMessageWriter<?>> writers = this.codecs.getWriters();
		for (HttpMessageWriter<?> writer : writers) {
			if (writer instanceof EncoderHttpMessageWriter<?> encoding && encoding.canWrite(type, JSON)) {
				return (Encoder<Object>) encoding.getEncoder();
			}
		}
		throw new IllegalStateException("No codec of the application writes " + type + " as JSON");
	}

	@SuppressWarnings("unchecked")
	<T> T read(byte[] payload, ResolvableType type) {
		DataBuffer buffer = DefaultDataBufferFactory.sharedInstance.wrap(payload);
		return (T) Objects.requireNonNull(decoder(type).decode(buffer, type, JSON, Map.of()), "There is no value");
	}

	private Decoder<?> decoder(ResolvableType type) {
		for (HttpMessageReader<?> reader : this.codecs.getReaders()) {
			if (reader instanceof DecoderHttpMessageReader<?> decoding && decoding.canRead(type, JSON)) {
				return decoding.getDecoder();
			}
		}
		throw new IllegalStateException("No codec of the application reads " + type + " from JSON");
	}

}
