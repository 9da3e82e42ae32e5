package io.github.websockethttp2.topic;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import io.github.websockethttp2.frame.SharedMessage;
import io.netty.buffer.Unpooled;

import org.springframework.core.ResolvableType;
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
	 * Returns what a subscriber gets that wants values.
	 * @param message the message
	 * @return the value, or a copy if others could change it
	 */
	default Object value(TopicMessage message) {
		return message.value();
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
		public Object value(TopicMessage message) {
			byte[] bytes = new byte[message.encoded().payloadSize()];
			message.encoded().payload().get(bytes);
			return bytes;
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
		public Object value(TopicMessage message) {
			return message.encoded().payload();
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
		public Object value(TopicMessage message) {
			return DefaultDataBufferFactory.sharedInstance.wrap(message.encoded().payload());
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
	 * @param type the type of the values
	 * @param mimeType what the encoder makes of them
	 * @param text whether that is text
	 */
	record Encoded(Encoder<Object> encoder, ResolvableType type, MimeType mimeType,
			boolean text) implements TopicCodec {

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

	}

}
