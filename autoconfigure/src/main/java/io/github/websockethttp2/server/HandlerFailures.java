package io.github.websockethttp2.server;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

import io.github.websockethttp2.topic.MissedMessagesException;
import io.netty.channel.ChannelException;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http2.Http2Exception;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

/**
 * Logs the failures of handlers. An application's own mistakes are warnings, each with a
 * stack trace. Failures from outside, such as an unreachable backend of a gateway, occur
 * as often as strangers open sessions: the first is logged as one line for the operator,
 * and the rest at DEBUG so that strangers cannot fill the log.
 */
public final class HandlerFailures {

	private static final Log logger = LogFactory.getLog(HandlerFailures.class);

	private static final String FAILED = "Handler of a WebSocket session failed, closing the session with 1011";

	private static final List<Class<? extends Throwable>> FROM_OUTSIDE = List.of(IOException.class,
			WebSocketHandshakeException.class, Http2Exception.class, ChannelException.class, TimeoutException.class,
			RejectedExecutionException.class, MissedMessagesException.class);

	/** How many causes are looked at, since a chain of causes may be a circle. */
	private static final int MAX_CAUSES = 20;

	private static final int MAX_LOGGED = 300;

	private final AtomicBoolean warned = new AtomicBoolean();

	void log(Throwable error) {
		if (!Exceptions.unwrapMultiple(error).stream().allMatch(HandlerFailures::isFromOutside)) {
			logger.warn(FAILED, error);
		}
		else if (this.warned.compareAndSet(false, true)) {
			logger.warn(FAILED + ": " + printable(error) + ". " + reason(error)
					+ "Strangers can cause that at will: more of the kind are logged at DEBUG.");
		}
		else {
			logger.debug(FAILED, error);
		}
	}

	private static boolean isFromOutside(Throwable error) {
		return find(error, FROM_OUTSIDE);
	}

	private static String reason(Throwable error) {
		return (find(error, List.of(WebSocketHandshakeException.class)))
				? "The server that it connects to refused. If this is a gateway and the status is 403, that server is likely "
						+ "to refuse the page's origin, since it is not told this one's host and scheme: set "
						+ "websocket.http2.allowed-origins there, or have forwarded headers sent from here. "
				: "";
	}

	private static boolean find(Throwable error, List<Class<? extends Throwable>> types) {
		@Nullable Throwable cause = error;
		for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
			if (types.stream().anyMatch(isTypeOf(cause))) {
				return true;
			}
			cause = cause.getCause();
		}
		return false;
	}

	private static Predicate<Class<?>> isTypeOf(Throwable cause) {
		return (type) -> type.isInstance(cause);
	}

	/**
	 * Makes text safe to log that the other server may have made up.
	 */
	private static String printable(Throwable error) {
		String text = error.toString();
		String shortened = (text.length() > MAX_LOGGED) ? text.substring(0, MAX_LOGGED) + "..." : text;
		return shortened.replaceAll("[^\\x20-\\x7e]", "?");
	}

}
