package io.github.websockethttp2.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * Rejects values of properties that cannot work, and says which can.
 */
final class PropertyRange {

	private static final String PREFIX = "websocket.http2.";

	private static final long MAX_DAYS = 1;

	private PropertyRange() {
	}

	static void check(String property, @Nullable Integer value, int least) {
		check(property, value, value == null || value >= least, "at least " + least);
	}

	static void check(String property, @Nullable DataSize value, DataSize least) {
		boolean valid = value == null || (value.compareTo(least) >= 0 && value.toBytes() <= Integer.MAX_VALUE);
		check(property, (value != null) ? HumanUnits.of(value) : null, valid,
				"at least " + HumanUnits.of(least) + " and less than 2GB");
	}

	static void check(String property, int value, int least, int most) {
		check(property, value, value >= least && value <= most, "at least " + least + " and at most " + most);
	}

	static void check(String property, @Nullable Duration value, Duration least) {
		boolean valid = value == null
				|| (value.compareTo(least) >= 0 && value.compareTo(Duration.ofDays(MAX_DAYS)) <= 0);
		check(property, (value != null) ? HumanUnits.of(value) : null, valid,
				"at least " + HumanUnits.of(least) + " and at most " + MAX_DAYS + "d");
	}

	/**
	 * Rejects a value that exceeds the value of another property.
	 */
	static void checkNotAbove(String property, @Nullable Integer value, String other, int limit) {
		check(property, value, value == null || value <= limit, "at most " + PREFIX + other + ", which is " + limit);
	}

	private static void check(String property, @Nullable Object value, boolean valid, String range) {
		if (!valid) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + property, value, "It must be " + range + ".");
		}
	}

}
