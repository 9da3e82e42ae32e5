package io.github.websockethttp2.channel;

import java.util.ArrayList;
import java.util.List;

/**
 * The senders of a session with messages that wait until the peer reads. Confined to the
 * event loop.
 */
final class WaitingSenders {

	private final List<WaitingSender> senders = new ArrayList<>(1);

	void add(WaitingSender sender) {
		this.senders.add(sender);
	}

	void remove(WaitingSender sender) {
		this.senders.remove(sender);
	}

	void roomAgain() {
		if (!this.senders.isEmpty()) {
			List.copyOf(this.senders).forEach(WaitingSender::roomAgain);
		}
	}

	void writeAll() {
		if (!this.senders.isEmpty()) {
			List.copyOf(this.senders).forEach(WaitingSender::writeWaiting);
		}
	}

}
