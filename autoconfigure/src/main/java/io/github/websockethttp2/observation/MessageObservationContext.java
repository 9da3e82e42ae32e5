package io.github.websockethttp2.observation;

import io.github.websockethttp2.session.LiveSession;
import io.micrometer.observation.Observation;

import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * What a {@link MessageObservationConvention} knows of a message. Its payload is not
 * there, since it is released before an observation is exported.
 */
public final class MessageObservationContext extends Observation.Context {

	private final LiveSession session;

	private final Direction direction;

	private final WebSocketMessage.Type type;

	private final int size;

	MessageObservationContext(LiveSession session, Direction direction, WebSocketMessage message) {
		this.session = session;
		this.direction = direction;
		this.type = message.getType();
		this.size = message.getPayload().readableByteCount();
	}

	/**
	 * Returns the session of the message.
	 * @return the session
	 */
	public LiveSession getSession() {
		return this.session;
	}

	/**
	 * Returns which way the message goes.
	 * @return the direction
	 */
	public Direction getDirection() {
		return this.direction;
	}

	/**
	 * Returns the type of the message.
	 * @return the type
	 */
	public WebSocketMessage.Type getType() {
		return this.type;
	}

	/**
	 * Returns the size of the payload.
	 * @return the number of bytes
	 */
	public int getSize() {
		return this.size;
	}

	/**
	 * The ways in which a message goes.
	 */
	public enum Direction {

		/**
		 * From the peer to the handler.
		 */
		RECEIVED,

		/**
		 * From the handler to the peer.
		 */
		SENT

	}

}
