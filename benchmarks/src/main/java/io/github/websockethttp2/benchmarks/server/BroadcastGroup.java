package io.github.websockethttp2.benchmarks.server;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The connections of an event loop that have sessions on {@code /broadcast}. Confined to
 * the event loop.
 */
final class BroadcastGroup {

	private final Set<BroadcastHub.Member> members = new LinkedHashSet<>();

	void add(BroadcastHub.Member member) {
		this.members.add(member);
	}

	void remove(BroadcastHub.Member member) {
		this.members.remove(member);
	}

	void deliver(byte[] frame) {
		this.members.forEach((member) -> member.deliver(frame));
	}

}
