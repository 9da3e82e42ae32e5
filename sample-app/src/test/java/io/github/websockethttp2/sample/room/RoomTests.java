package io.github.websockethttp2.sample.room;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Room} and {@link Rooms}.
 */
class RoomTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final Rooms rooms = new Rooms();

	@Test
	void membersHearEachOther() {
		Member ada = new Member("Ada");
		Member bob = new Member("Bob");
		Room room = this.rooms.join("lobby", ada);
		this.rooms.join("lobby", bob);
		room.say(bob, "Hello");
		this.rooms.leave("lobby", bob);
		this.rooms.leave("lobby", ada);
		assertThat(heard(ada)).containsExactly("JOINED Ada  1", "JOINED Bob  2", "SAID Bob Hello 2", "LEFT Bob  1");
		assertThat(heard(bob)).containsExactly("JOINED Bob  2", "SAID Bob Hello 2");
	}

	@Test
	void newcomerHearsTheEndOfWhatWasSaid() {
		Member ada = new Member("Ada");
		Room room = this.rooms.join("lobby", ada);
		StepVerifier.create(ada.events().then()).then(() -> {
			IntStream.range(0, 100).forEach((number) -> room.say(ada, "number " + number));
			Member bob = new Member("Bob");
			this.rooms.join("lobby", bob);
			this.rooms.leave("lobby", bob);
			assertThat(heard(bob)).hasSize(Room.HISTORY_LENGTH + 1)
				.startsWith("SAID Ada number 70 1")
				.endsWith("JOINED Bob  2");
			this.rooms.leave("lobby", ada);
		}).expectComplete().verify(TIMEOUT);
	}

	@Test
	void slowMemberHasToGoWhileTheOthersStay() {
		Member ada = new Member("Ada");
		Member slow = new Member("Slow");
		Room room = this.rooms.join("lobby", ada);
		this.rooms.join("lobby", slow);
		BaseSubscriber<RoomEvent> reader = new BaseSubscriber<>() {

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
				// Never asks for another
				subscription.request(1);
			}

		};
		slow.events().subscribe(reader);
		StepVerifier.create(ada.events().map(RoomEvent::text).filter("number 999"::equals))
			.then(() -> IntStream.range(0, 1000).forEach((number) -> room.say(ada, "number " + number)))
			.expectNext("number 999")
			.thenCancel()
			.verify(TIMEOUT);
		StepVerifier.create(slow.tooSlow()).expectComplete().verify(TIMEOUT);
		StepVerifier.create(ada.tooSlow())
			.expectSubscription()
			.expectNoEvent(Duration.ofMillis(1))
			.thenCancel()
			.verify(TIMEOUT);
		reader.cancel();
		this.rooms.leave("lobby", ada);
		assertThat(this.rooms.size()).isZero();
	}

	@Test
	void roomGoesWithItsLastMember() {
		Member ada = new Member("Ada");
		Member bob = new Member("Bob");
		this.rooms.join("lobby", ada);
		this.rooms.join("lobby", bob);
		this.rooms.leave("lobby", ada);
		assertThat(this.rooms.size()).isOne();
		this.rooms.leave("lobby", bob);
		this.rooms.leave("lobby", bob);
		assertThat(this.rooms.size()).isZero();
	}

	private static List<String> heard(Member member) {
		return member.events()
			.map((event) -> event.kind() + " " + event.name() + " " + event.text() + " " + event.members())
			.collectList()
			.blockOptional(TIMEOUT)
			.orElseThrow();
	}

}
