package io.github.websockethttp2.topic;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;

import io.github.websockethttp2.frame.SharedMessage;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.core.codec.Decoder;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.codec.Encoder;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.util.MimeType;

/**
 * Turns what is sent to topics into messages. Thread-safe.
 */
interface TopicCodec {

	/**
	 * Encodes a value. Releases it, if it is a buffer.
	 * @param value the value
	 * @return the message
	 */
	SharedMessage encode(Object value);

	/**
	 * Decodes a message that another instance has sent.
	 * @param message the message
	 * @return the value
	 */
	Object decode(SharedMessage message);

	/**
	 * Returns what a subscriber gets that wants values.
	 * @param message the message
	 * @return the value, or a copy if others could change it
	 */
	default Object value(TopicMessage message) {
		return message.value(this::decode);
	}

	/**
	 * Releases a value that nobody gets.
	 * @param value the value
	 */
	default void discard(Object value) {
	}

	/**
	 * For text.
	 */
	record Text() implements TopicCodec {

		@Override
		public SharedMessage encode(Object value) {
			return new SharedMessage(true, Unpooled.wrappedBuffer(value.toString().getBytes(StandardCharsets.UTF_8)));
		}

		@Override
		public Object decode(SharedMessage message) {
			return StandardCharsets.UTF_8.decode(message.payload()).toString();
		}

	}

	/**
	 * For arrays of bytes.
	 */
	record Bytes() implements TopicCodec {

		@Override
		public SharedMessage encode(Object value) {
			return new SharedMessage(false, Unpooled.wrappedBuffer((byte[]) value));
		}

		@Override
		public Object decode(SharedMessage message) {
			byte[] bytes = new byte[message.payloadSize()];
			message.payload().get(bytes);
			return bytes;
		}

		@Override
		public Object value(TopicMessage message) {
			return decode(message.encoded());
		}

	}

	/**
	 * For NIO's buffers.
	 */
	record NioBuffer() implements TopicCodec {

		@Override
		public SharedMessage encode(Object value) {
			return new SharedMessage(false, Unpooled.wrappedBuffer(((ByteBuffer) value).duplicate()));
		}

		@Override
		public Object decode(SharedMessage message) {
			return message.payload();
		}

		@Override
		public Object value(TopicMessage message) {
			return decode(message.encoded());
		}

	}

	/**
	 * For Spring's buffers.
	 */
	record Buffer() implements TopicCodec {

		@Override
		public SharedMessage encode(Object value) {
			try {
				return new SharedMessage(false, NettyDataBufferFactory.toByteBuf((DataBuffer) value));
			}
			finally {
				discard(value);
			}
		}

		@Override
		public Object decode(SharedMessage message) {
			return DefaultDataBufferFactory.sharedInstance.wrap(message.payload());
		}

		@Override
		public Object value(TopicMessage message) {
			return decode(message.encoded());
		}

		@Override
		public void discard(Object value) {
			DataBufferUtils.release((DataBuffer) value);
		}

	}

	/**
	 * For anything else.
	 *
	 * @param encoder the encoder
	 * @param decoder returns the decoder, if there is one. Asked when it is needed
	 * @param type the type of the values
	 * @param mimeType what the encoder makes of them
	 * @param text whether that is text
	 */
	record Encoded(Encoder<Object> encoder, Supplier<@Nullable Decoder<?>> decoder, ResolvableType type,
			MimeType mimeType, boolean text) implements TopicCodec {

		@Override
		public SharedMessage encode(Object value) {
			DataBuffer buffer = this.encoder.encodeValue(value, DefaultDataBufferFactory.sharedInstance, this.type,
					this.mimeType, Map.of());
			try {
				return new SharedMessage(this.text, NettyDataBufferFactory.toByteBuf(buffer));
			}
			finally {
				DataBufferUtils.release(buffer);
			}
		}

		@Override
		public Object decode(SharedMessage message) {
			Decoder<?> decoder = this.decoder.get();
			if (decoder == null) {
				throw new DecodingException("No decoder of WebFlux can read " + this.type);
			}
			DataBuffer buffer = DefaultDataBufferFactory.sharedInstance.wrap(message.payload());
			Object value = decoder.decode(buffer, this.type, this.mimeType, Map.of());
			if (value == null) {
				throw new DecodingException("The message is no " + this.type);
			}
			return value;
		}

	}

}
