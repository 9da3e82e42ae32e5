package io.github.websockethttp2.stream;

import java.lang.reflect.Field;

import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.WeightedFairQueueByteDistributor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * How much a stream may send before it is the next one's turn. Netty's kilobyte makes 16
 * frames of a message of 16 kB as soon as two streams have something to send, each with
 * its own header, buffers and promises, so that over HTTP/2 such a message costs more
 * than twice what it costs over HTTP/1.1. A frame of the size that every peer takes (RFC
 * 9113, section 4.2) is the least that cannot be split for another reason.
 * <p>
 * Netty has a setter for it, and no getter for the object that has the setter: neither
 * the codec's builder, which is in Reactor Netty's hands, nor the connection lets anyone
 * at it. Where the field cannot be read, Netty's default stays; {@code FrameEconomyTests}
 * fails when a new version changes it.
 */
final class SendingQuantum {

	private static final Log logger = LogFactory.getLog(SendingQuantum.class);

	/** Bytes a stream sends at a time. */
	private static final int SIZE = 16 * 1024;

	private static final String FIELD = "streamByteDistributor";

	private SendingQuantum() {
	}

	static void apply(Http2Connection connection) {
		Http2RemoteFlowController flowController = connection.remote().flowController();
		if (!(flowController instanceof DefaultHttp2RemoteFlowController)) {
			return;
		}
		try {
			Field field = DefaultHttp2RemoteFlowController.class.getDeclaredField(FIELD);
			field.setAccessible(true);
			if (field.get(flowController) instanceof WeightedFairQueueByteDistributor distributor) {
				distributor.allocationQuantum(SIZE);
			}
		}
		catch (ReflectiveOperationException | RuntimeException ex) {
			logger.debug("Streams take turns as Netty has it: " + ex);
		}
	}

}
