package io.github.websockethttp2.benchmarks.scaling;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.github.websockethttp2.benchmarks.report.Table;

/**
 * What so many sessions with so many messages take, over HTTP/2 and HTTP/1.1.
 */
public final class ScalingTable {

	/** How many seconds a session of the documentation is open. */
	public static final int LIFE = 600;

	/** How many of its sessions share a connection over HTTP/2. */
	public static final int SOCKETS = 4;

	private static final long[] SESSIONS = { 100_000, 1_000_000, 10_000_000 };

	private static final double[] RATES = { 0.1, 1, 10 };

	private final Measured measured;

	private final Node node;

	private final double life;

	private final int sockets;

	/**
	 * Create a table.
	 * @param measured what one session takes
	 * @param node a server
	 * @param life how many seconds a session is open
	 * @param sockets how many share a connection over HTTP/2
	 */
	public ScalingTable(Measured measured, Node node, double life, int sockets) {
		this.measured = measured;
		this.node = node;
		this.life = life;
		this.sockets = sockets;
	}

	/**
	 * Returns the table of the documentation.
	 * @param measured what one session takes
	 * @return the table
	 */
	public static ScalingTable of(Measured measured) {
		return new ScalingTable(measured, Node.DEFAULT, LIFE, SOCKETS);
	}

	/**
	 * Calculates.
	 * @return the table
	 */
	public Table table() {
		Table table = new Table("sessions", "messages a second to each", "GB a second", "HTTP/2: memory, GB", "cores",
				"servers", "HTTP/1.1: memory, GB", "cores", "servers");
		for (long sessions : SESSIONS) {
			for (double rate : RATES) {
				List<String> cells = new ArrayList<>(List.of(String.format(Locale.ROOT, "%,d", sessions),
						(rate < 1) ? String.valueOf(rate) : String.valueOf((int) rate)));
				Demand http2 = new Demand(this.measured, sessions, rate, this.life, this.sockets);
				cells.add(number(http2.traffic()));
				add(cells, http2);
				add(cells, new Demand(this.measured, sessions, rate, this.life, 0));
				table.add(cells.toArray(String[]::new));
			}
		}
		return table;
	}

	private void add(List<String> cells, Demand demand) {
		cells.add(number(demand.memory()));
		cells.add(number(demand.cores()));
		cells.add(demand.nodes(this.node).toString());
	}

	private static String number(double value) {
		return String.format(Locale.ROOT, (value >= 10) ? "%,.0f" : (value >= 1) ? "%.1f" : "%.2f", value);
	}

}
