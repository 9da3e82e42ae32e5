package io.github.websockethttp2.server.http2;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * The streams of a connection whose WebSocket is not one of our sessions. Confined to the
 * connection's event loop.
 */
public final class ForeignStreams {

	private final Http2Connection connection;

	private final Http2Connection.PropertyKey key;

	ForeignStreams(Http2Connection connection) {
		this.connection = connection;
		this.key = connection.newKey();
	}

	/**
	 * Adds a stream whose handshake somebody else has accepted.
	 * @param frameStream the stream
	 */
	public void add(Http2FrameStream frameStream) {
		Http2Stream stream = this.connection.stream(frameStream.id());
		if (stream != null) {
			stream.setProperty(this.key, Boolean.TRUE);
		}
	}

	boolean contains(Http2FrameStream frameStream) {
		Http2Stream stream = this.connection.stream(frameStream.id());
		return stream != null && stream.getProperty(this.key) != null;
	}

}
