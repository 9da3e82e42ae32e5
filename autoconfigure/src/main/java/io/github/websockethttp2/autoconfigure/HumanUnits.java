package io.github.websockethttp2.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.util.unit.DataSize;

/**
 * Formats sizes and durations as people write them in properties, such as {@code 64KB}
 * and {@code 10s}.
 */
final class HumanUnits {

	private static final Map<String, Long> BYTES = new LinkedHashMap<>();

	private static final Map<String, Long> MILLISECONDS = new LinkedHashMap<>();

	static {
		BYTES.put("GB", DataSize.ofGigabytes(1).toBytes());
		BYTES.put("MB", DataSize.ofMegabytes(1).toBytes());
		BYTES.put("KB", DataSize.ofKilobytes(1).toBytes());
		MILLISECONDS.put("d", Duration.ofDays(1).toMillis());
		MILLISECONDS.put("h", Duration.ofHours(1).toMillis());
		MILLISECONDS.put("m", Duration.ofMinutes(1).toMillis());
		MILLISECONDS.put("s", Duration.ofSeconds(1).toMillis());
	}

	private HumanUnits() {
	}

	static String of(DataSize size) {
		return in(BYTES, size.toBytes(), "B");
	}

	static String of(Duration duration) {
		return (duration.isZero()) ? "0s" : in(MILLISECONDS, duration.toMillis(), "ms");
	}

	/**
	 * Formats an amount in the largest unit that leaves no remainder.
	 */
	private static String in(Map<String, Long> units, long amount, String least) {
		for (Map.Entry<String, Long> unit : units.entrySet()) {
			if (amount != 0 && amount % unit.getValue() == 0) {
				return amount / unit.getValue() + unit.getKey();
			}
		}
		return amount + least;
	}

}
