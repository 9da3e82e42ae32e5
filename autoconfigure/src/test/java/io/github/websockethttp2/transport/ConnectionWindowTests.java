package io.github.websockethttp2.transport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How big a connection's window is.
 */
class ConnectionWindowTests {

	private static final int KB = 1024;

	private static final int MB = 1024 * KB;

	@Test
	void holdsAllStreamsAndAPoolByDefault() {
		assertThat(ConnectionWindow.of(null, 256 * KB, 128)).isEqualTo(new ConnectionWindow(40 * MB, 8 * MB));
	}

	@Test
	void leavesStreamsToBorrowWhatTheyLeaveOver() {
		assertThat(ConnectionWindow.of(10 * MB, 64 * KB, 32)).isEqualTo(new ConnectionWindow(10 * MB, 8 * MB));
	}

	@Test
	void leavesStreamsNothingToBorrowWhereItIsLessThanAllOfThem() {
		assertThat(ConnectionWindow.of(MB, 256 * KB, 128)).isEqualTo(new ConnectionWindow(MB, 0));
	}

	@Test
	void cannotBeLessThanWhatTheCodecGives() {
		assertThat(ConnectionWindow.least(1)).isEqualTo(65_535);
		assertThat(ConnectionWindow.least(65_535)).isEqualTo(65_535);
		assertThat(ConnectionWindow.least(256 * KB)).isEqualTo(458_753);
		assertThat(ConnectionWindow.least(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
	}

	@Test
	void isTheGreatestThatHttp2HasWhereStreamsTogetherAreBeyondIt() {
		assertThat(ConnectionWindow.of(null, 1024 * MB, 4_294_967_295L))
			.isEqualTo(new ConnectionWindow(Integer.MAX_VALUE, 0));
	}

}
