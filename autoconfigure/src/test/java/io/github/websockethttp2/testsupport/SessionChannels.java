package io.github.websockethttp2.testsupport;

import io.netty.channel.Channel;

import org.springframework.test.util.ReflectionTestUtils;

/**
 * Finds the channels of sessions, for tests that look at what passes through them.
 */
public final class SessionChannels {

	private SessionChannels() {
	}

	/**
	 * Returns the channel of a session of ours.
	 * @param session the session, on either end
	 * @return its stream over HTTP/2, or its connection over HTTP/1.1
	 */
	public static Channel of(Object session) {
		Object handler = ReflectionTestUtils.getField(session, "sessionHandler");
		return (Channel) ReflectionTestUtils.getField(handler, "channel");
	}

}
