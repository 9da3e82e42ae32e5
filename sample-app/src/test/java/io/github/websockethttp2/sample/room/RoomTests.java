package io.github.websockethttp2.sample.room;

import java.time.Duration;

import io.github.websockethttp2.sample.SampleTest;
import io.github.websockethttp2.test.WebSocketTest;
import io.github.websockethttp2.test.WebSocketTestClient;
import io.github.websockethttp2.test.WebSocketTestSession;
import org.awaitility.Awaitility;

import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Room} and {@link Rooms}.
 */
@SampleTest
class RoomTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	@Autowired
	private Rooms rooms;

	@WebSocketTest
	void membersHearEachOther(WebSocketTestClient client) {
		WebSocketTestSession ada = enter(client, "Ada");
		assertHears(ada, "JOINED Ada  1");
		WebSocketTestSession bob = enter(client, "Bob");
		assertHears(bob, "JOINED Bob  2");
		bob.send("Hello");
		assertHears(bob, "SAID Bob Hello 2");
		bob.close(1000).expectClosed(1000);
		assertHears(ada, "JOINED Bob  2");
		assertHears(ada, "SAID Bob Hello 2");
		assertHears(ada, "LEFT Bob  1");
		leaveLast(ada);
	}

	@WebSocketTest
	void newcomerHearsTheEndOfWhatWasSaid(WebSocketTestClient client) {
		WebSocketTestSession ada = enter(client, "Ada");
		assertHears(ada, "JOINED Ada  1");
		for (int i = 0; i < 40; i++) {
			ada.send("number " + i);
			assertHears(ada, "SAID Ada number " + i + " 1");
		}
		WebSocketTestSession bob = enter(client, "Bob");
		for (int i = 40 - Room.HISTORY_LENGTH; i < 40; i++) {
			assertHears(bob, "SAID Ada number " + i + " 1");
		}
		assertHears(bob, "JOINED Bob  2");
		bob.close(1000).expectClosed(1000);
		leaveLast(ada);
	}

	private static WebSocketTestSession enter(WebSocketTestClient client, String name) {
		return client.connect("/ws/rooms/library?name={name}", name).expectOpen();
	}

	/**
	 * A room goes with its last member.
	 */
	private void leaveLast(WebSocketTestSession last) {
		last.close(1000).expectClosed(1000);
		Awaitility.await().atMost(TIMEOUT).until(() -> this.rooms.size() == 0);
	}

	private static void assertHears(WebSocketTestSession session, String expected) {
		session.expectJson(RoomEvent.class,
				(event) -> assertThat(event.kind() + " " + event.name() + " " + event.text() + " " + event.members())
					.isEqualTo(expected));
	}

}
