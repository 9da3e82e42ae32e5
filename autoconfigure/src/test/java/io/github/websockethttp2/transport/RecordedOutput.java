package io.github.websockethttp2.transport;

import java.util.ArrayList;
import java.util.List;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records what becomes of bytes.
 */
final class RecordedOutput implements StreamOutput {

	final List<Integer> done = new ArrayList<>();

	@Nullable Throwable cause;

	@Nullable Throwable lost;

	@Override
	public @Nullable Http2Stream stream(Http2Connection connection) {
		return null;
	}

	@Override
	public void lost(Throwable cause) {
		this.lost = cause;
	}

	@Override
	public boolean hasFailed() {
		return this.lost != null;
	}

	@Override
	public void done(int bytes, @Nullable Throwable cause) {
		this.done.add(bytes);
		this.cause = cause;
	}

}
