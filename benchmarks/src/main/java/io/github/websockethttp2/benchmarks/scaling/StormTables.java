package io.github.websockethttp2.benchmarks.scaling;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.github.websockethttp2.benchmarks.report.Table;

/**
 * Storms side by side: ten servers of eight cores with a million sessions each, busy to
 * 40% with other things, and one of them is lost.
 */
public final class StormTables {

	/** The seed of the documentation. */
	public static final int SEED = 15;

	private static final int NODES = 10;

	private static final double LOAD = 0.4;

	private static final int SESSIONS = 1_000_000;

	private static final int FEWER = 250_000;

	private static final Backoff NO_JITTER = new Backoff(1, 30, 0);

	/** Some are in several tables. */
	private final Map<StormSettings, StormResult> results = new HashMap<>();

	private final int seed;

	private final Opening http1;

	private final Opening pages;

	private final Opening shared;

	private final Opening proxied;

	private final StormSettings crash;

	/**
	 * Create the tables.
	 * @param measured what openings take
	 * @param seed decides everything that is random
	 */
	public StormTables(Measured measured, int seed) {
		this.seed = seed;
		double tls = measured.connectionMillis() / 1000;
		double socket = measured.sessionMillis() / 1000;
		this.http1 = new Opening("HTTP/1.1, a connection each", 1, tls, socket);
		this.pages = new Opening("HTTP/2, 4 sockets a connection", 4, tls, socket);
		this.shared = new Opening("HTTP/2, 100 sockets a connection", 100, tls, socket);
		this.proxied = new Opening("TLS ends at a proxy", 1, 0, socket);
		this.crash = new StormSettings(NODES, 8, LOAD, SESSIONS, 0, 0, 0, this.http1, Backoff.DEFAULT, 0.5);
	}

	/**
	 * Returns what the waits of clients change.
	 * @return the table
	 */
	public Table clients() {
		Table table = table("how clients wait");
		add(table, "every second", this.crash.with(new Backoff(1, 1, 0)));
		add(table, "1 s, doubling up to 30 s, no jitter", this.crash.with(NO_JITTER));
		add(table, "the same, jitter 0.5: the defaults", this.crash);
		add(table, "the same, jitter 1", this.crash.with(new Backoff(1, 30, 1)));
		add(table, "5 s, doubling up to 30 s, jitter 0.5", this.crash.with(new Backoff(5, 30, 0.5)));
		add(table, "10 s, doubling up to 30 s, jitter 0.5", this.crash.with(new Backoff(10, 30, 0.5)));
		add(table, "10 s, doubling up to 30 s, jitter 1", this.crash.with(new Backoff(10, 30, 1)));
		add(table, "30 s, jitter 1", this.crash.with(new Backoff(30, 30, 1)));
		add(table, "1 s, doubling up to 10 s, jitter 0.5", this.crash.with(new Backoff(1, 10, 0.5)));
		add(table, "1 s, doubling up to 60 s, jitter 0.5", this.crash.with(new Backoff(1, 60, 0.5)));
		return table;
	}

	/**
	 * Returns what the cost of an opening changes.
	 * @return the table
	 */
	public Table openings() {
		Table table = table("opening");
		for (Opening opening : List.of(this.http1, this.pages, this.shared, this.proxied)) {
			add(table, opening.title() + ", no jitter", this.crash.with(opening).with(NO_JITTER));
			add(table, opening.title(), this.crash.with(opening));
		}
		return table;
	}

	/**
	 * Returns what the other servers change.
	 * @return the table
	 */
	public Table servers() {
		Table table = table("servers");
		add(table, "9 left of 10", this.crash);
		add(table, "9 left of 10, 250,000 sessions each", this.crash.withSessions(FEWER));
		add(table, "2 left of 3", this.crash.among(3, LOAD));
		add(table, "2 left of 3, HTTP/2, 4 sockets a connection", this.crash.among(3, LOAD).with(this.pages));
		add(table, "2 left of 3, up to 120 s, jitter 1", this.crash.among(3, LOAD).with(new Backoff(30, 120, 1)));
		add(table, "9 left of 10, busy to 80%", this.crash.among(NODES, 0.8));
		add(table, "9 left, `max-sessions` 1,200,000", this.crash.limitedTo(1_200_000, 0));
		add(table, "9 left, `max-sessions` 1,050,000, and another after 60 s", this.crash.limitedTo(1_050_000, 60));
		return table;
	}

	/**
	 * Returns what the time changes over which a shutdown closes sessions.
	 * @return the table
	 */
	public Table shutdowns() {
		Table table = table("closed over");
		add(table, "5 s, 250,000 sessions, " + this.http1.title(), this.crash.withSessions(FEWER).lostOver(5));
		for (Opening opening : List.of(this.http1, this.pages)) {
			for (int seconds : new int[] { 0, 5, 15, 30, 60 }) {
				add(table, seconds + " s, " + opening.title(), this.crash.with(opening).lostOver(seconds));
			}
		}
		return table;
	}

	/**
	 * Returns the first minute and a half.
	 * @return how many are back, and how busy the servers are
	 */
	public Table seconds() {
		List<StormResult> results = new ArrayList<>();
		results.add(run(this.crash.with(new Backoff(1, 1, 0))));
		results.add(run(this.crash.with(NO_JITTER)));
		results.add(run(this.crash));
		results.add(run(this.crash.with(this.pages)));
		Table table = new Table("second", "every second: back", "CPU", "no jitter: back", "CPU", "defaults: back",
				"CPU", "defaults, HTTP/2 with 4 sockets: back", "CPU");
		for (int second : new int[] { 1, 2, 5, 10, 15, 20, 30, 45, 60, 90 }) {
			List<String> cells = new ArrayList<>(List.of(String.valueOf(second)));
			for (StormResult result : results) {
				cells.add(percent(result.backBy(second)));
				cells.add(percent((second <= result.cpu().size()) ? result.cpu().get(second - 1) : LOAD));
			}
			table.add(cells.toArray(String[]::new));
		}
		return table;
	}

	/**
	 * Returns what the guess changes.
	 * @return the table
	 */
	public Table guesses() {
		Table table = new Table("done in vain", "every second", "no jitter", "defaults", "defaults, jitter 1",
				"30 s, jitter 1", "defaults, 250,000 sessions", "defaults, HTTP/2 with 4 sockets");
		List<StormSettings> columns = List.of(this.crash.with(new Backoff(1, 1, 0)), this.crash.with(NO_JITTER),
				this.crash, this.crash.with(new Backoff(1, 30, 1)), this.crash.with(new Backoff(30, 30, 1)),
				this.crash.withSessions(FEWER), this.crash.with(this.pages));
		for (double part : new double[] { 0, 0.25, 0.5, 1 }) {
			List<String> cells = new ArrayList<>(List.of(percent(part)));
			columns.forEach((settings) -> cells.add(seconds(run(settings.inVain(part)).backAfter(1))));
			table.add(cells.toArray(String[]::new));
		}
		return table;
	}

	private static Table table(String first) {
		return new Table(first, "half back, s", "99% back, s", "all back, s", "busiest second", "no CPU free, s",
				"attempts a client", "timed out", "503");
	}

	private void add(Table table, String title, StormSettings settings) {
		StormResult result = run(settings);
		table.add(title, seconds(result.backAfter(0.5)), seconds(result.backAfter(0.99)), seconds(result.backAfter(1)),
				percent(result.peak()), String.valueOf(result.fullSeconds()),
				String.format(Locale.ROOT, "%.2f", result.attemptsPerClient()),
				String.format(Locale.ROOT, "%,d", result.timedOut()),
				String.format(Locale.ROOT, "%,d", result.refused()));
	}

	private StormResult run(StormSettings settings) {
		return this.results.computeIfAbsent(settings, (added) -> new Storm(added, this.seed).run());
	}

	private static String seconds(double value) {
		return Double.isInfinite(value) ? "over " + Storm.HORIZON : String.format(Locale.ROOT, "%.1f", value);
	}

	private static String percent(double value) {
		return Math.round(value * 100) + "%";
	}

}
