package io.github.websockethttp2.actuate;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.github.websockethttp2.session.LiveSession;

/**
 * The open sessions in figures.
 *
 * @param open how many are open
 * @param bufferedAmount how many bytes wait to be sent
 * @param byPathPattern how many are open by path pattern and version of HTTP
 */
public record SessionTotals(long open, long bufferedAmount, List<PathTotals> byPathPattern) {

	static SessionTotals of(Collection<LiveSession> sessions) {
		Map<List<String>, Long> counts = sessions.stream()
			.collect(Collectors.groupingBy(
					(session) -> List.of(session.getPathPattern(), session.getTransport().protocol().toString()),
					Collectors.counting()));
		List<PathTotals> totals = counts.entrySet()
			.stream()
			.map((entry) -> new PathTotals(entry.getKey().get(0), entry.getKey().get(1), entry.getValue()))
			.sorted(Comparator.comparing(PathTotals::pathPattern).thenComparing(PathTotals::protocol))
			.toList();
		return new SessionTotals(totals.stream().mapToLong(PathTotals::open).sum(),
				sessions.stream().mapToLong(LiveSession::getBufferedAmount).sum(), totals);
	}

	/**
	 * The open sessions of a path pattern over a version of HTTP.
	 *
	 * @param pathPattern the path pattern, or an empty string
	 * @param protocol the version of HTTP
	 * @param open how many are open
	 */
	public record PathTotals(String pathPattern, String protocol, long open) {

	}

}
