package io.github.websockethttp2.actuate;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.WebSocketTransport;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * A page of the open sessions: first those for which most bytes wait to be sent, and then
 * the oldest. Shows nothing that a client has sent, and not who it is.
 *
 * @param page the number of the page, from 0
 * @param size how many sessions a page has
 * @param total how many sessions are open
 * @param sessions the sessions of the page
 */
public record SessionPage(int page, int size, int total,
		List<SessionDescriptor> sessions) implements OperationResponseBody {

	private static final Comparator<SessionDescriptor> ORDER = Comparator
		.comparingLong(SessionDescriptor::bufferedAmount)
		.reversed()
		.thenComparing(SessionDescriptor::openedAt)
		.thenComparing(SessionDescriptor::id);

	static SessionPage of(Collection<LiveSession> sessions, int page, int size) {
		// Described first, since what is compared changes all the time
		List<SessionDescriptor> all = sessions.stream().map(SessionDescriptor::of).toList();
		return new SessionPage(page, size, all.size(),
				all.stream().sorted(ORDER).skip((long) page * size).limit(size).toList());
	}

	/**
	 * An open session.
	 *
	 * @param id its id
	 * @param pathPattern the path pattern that its handler is mapped to, or an empty
	 * string
	 * @param protocol the version of HTTP
	 * @param connection the id of its connection
	 * @param stream the stream on the connection, or {@code null} over HTTP/1.1
	 * @param openedAt when it was opened
	 * @param bufferedAmount how many bytes wait to be sent
	 */
	public record SessionDescriptor(String id, String pathPattern, String protocol, String connection,
			@Nullable Integer stream, Instant openedAt, long bufferedAmount) {

		private static SessionDescriptor of(LiveSession session) {
			WebSocketTransport transport = session.getTransport();
			Integer stream = (transport.streamId() != 0) ? transport.streamId() : null;
			return new SessionDescriptor(session.getId(), session.getPathPattern(), transport.protocol().toString(),
					transport.connectionId(), stream, session.getOpenedAt(), session.getBufferedAmount());
		}

	}

}
