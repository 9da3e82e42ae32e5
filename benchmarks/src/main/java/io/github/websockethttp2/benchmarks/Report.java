package io.github.websockethttp2.benchmarks;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;

import io.github.websockethttp2.benchmarks.Samples.Sample;
import io.github.websockethttp2.benchmarks.Samples.Spread;
import io.github.websockethttp2.benchmarks.report.BarChart;
import io.github.websockethttp2.benchmarks.report.Table;
import io.github.websockethttp2.benchmarks.server.ServerKind;

/**
 * The table and the chart of a comparison.
 */
final class Report {

	/** What stands out in charts. */
	private static final Set<ServerKind> OURS = EnumSet.of(ServerKind.OURS, ServerKind.TOPIC);

	private Report() {
	}

	/**
	 * Reports messages: what one costs, how many there were, how long they took.
	 * @param file the name of the files, without an ending
	 * @param title what was measured
	 * @param all what each server has done
	 */
	static void messages(String file, String title, List<Samples> all) {
		messages(file, title, "message", "messages", all);
	}

	/**
	 * Reports messages that have another name.
	 * @param file the name of the files, without an ending
	 * @param title what was measured
	 * @param one what a message is called
	 * @param many what several are called
	 * @param all what each server has done
	 */
	static void messages(String file, String title, String one, String many, List<Samples> all) {
		if (all.isEmpty()) {
			return;
		}
		Samples base = all.get(0);
		Table table = new Table("server", "CPU µs/" + one, "ratio", many + "/s", "p50 µs", "p99 µs");
		BarChart chart = new BarChart(title,
				"server CPU per " + one + ", " + base.contender().title() + " = 1; median, smallest and biggest");
		for (Samples samples : all) {
			Spread ratio = samples.ratio(base);
			table.add(samples.contender().title(), samples.of(Sample::cpu).toString(), ratio.toString(),
					whole(samples, Sample::throughput), whole(samples, Sample::median), whole(samples, Sample::tail));
			add(chart, samples, ratio);
		}
		publish(file, title, table, chart);
	}

	static void add(BarChart chart, Samples samples, Spread spread) {
		chart.add(samples.contender().title(), spread.median(), spread.min(), spread.max(),
				OURS.contains(samples.contender().kind()));
	}

	static void publish(String file, String title, Table table, BarChart chart) {
		Results.write(file + ".svg", chart.toString());
		publish(file, title, table);
	}

	static void publish(String file, String title, Table table) {
		String markdown = "### " + title + "\n\n" + table;
		System.out.println(markdown);
		Results.write(file + ".md", markdown);
	}

	static String whole(Samples samples, ToDoubleFunction<Sample> figure) {
		return String.format(Locale.ROOT, "%,.0f", samples.of(figure).median());
	}

}
