package io.github.websockethttp2.topics.redis;

import java.nio.charset.StandardCharsets;

import io.lettuce.core.cluster.SlotHash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ChannelNames}.
 */
class ChannelNamesTests {

	@ParameterizedTest
	@CsvSource(quoteCharacter = '"', value = { "websocket:topics:, rooms/one", "websocket:topics:, {a}b}c{",
			"{app}:, rooms/one", "{app}:, {a}", "x}{app}:, }", "{app:, rooms/one", "{{app}:, }}" })
	void historyIsWhereTheChannelIs(String prefix, String topic) {
		assertThat(ChannelNames.isValidPrefix(prefix)).isTrue();
		String channel = ChannelNames.channel(prefix, topic);
		assertThat(slot(ChannelNames.history(channel))).isEqualTo(slot(channel));
	}

	@Test
	void topicsHaveDifferentChannels() {
		assertThat(ChannelNames.channel("p:", "{")).isNotEqualTo(ChannelNames.channel("p:", "%7B"));
		assertThat(ChannelNames.channel("p:", "rooms/one")).isEqualTo("p:rooms/one");
	}

	@ParameterizedTest
	@CsvSource({ "a}b", "{}a", "}{" })
	void prefixWithoutHashTagInItsBracesIsNotValid(String prefix) {
		assertThat(ChannelNames.isValidPrefix(prefix)).isFalse();
	}

	private static int slot(String name) {
		return SlotHash.getSlot(name.getBytes(StandardCharsets.UTF_8));
	}

}
