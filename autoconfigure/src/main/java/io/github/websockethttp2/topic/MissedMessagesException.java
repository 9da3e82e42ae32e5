package io.github.websockethttp2.topic;

import org.jspecify.annotations.Nullable;

/**
 * What a subscriber has missed cannot be sent to it. It has to begin anew, with whatever
 * state the application has.
 */
public final class MissedMessagesException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	MissedMessagesException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	MissedMessagesException(String message) {
		this(message, null);
	}

}
