package io.github.websockethttp2.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A chart of horizontal bars with whiskers from the smallest to the biggest, as SVG.
 */
public final class BarChart {

	private static final int WIDTH = 760;

	private static final int LEFT = 250;

	private static final int RIGHT = 90;

	private static final int TOP = 52;

	private static final int ROW = 28;

	private static final int BAR = 16;

	private final String title;

	private final String unit;

	private final List<Bar> bars = new ArrayList<>();

	/**
	 * Create a chart.
	 * @param title what it shows
	 * @param unit what the length of a bar means
	 */
	public BarChart(String title, String unit) {
		this.title = title;
		this.unit = unit;
	}

	/**
	 * Adds a bar.
	 * @param label its name
	 * @param value its length
	 * @param min where its whisker begins
	 * @param max where its whisker ends
	 * @param highlighted whether it stands out
	 */
	public void add(String label, double value, double min, double max, boolean highlighted) {
		this.bars.add(new Bar(label, value, min, max, highlighted));
	}

	@Override
	public String toString() {
		double longest = this.bars.stream().mapToDouble(Bar::max).max().orElse(1);
		double step = step(longest);
		double scale = (WIDTH - LEFT - RIGHT) / (Math.ceil(longest / step) * step);
		int bottom = TOP + this.bars.size() * ROW;
		StringBuilder svg = new StringBuilder();
		svg.append(format("""
				<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
				<style>text{fill:#24292f}.soft{fill:#57606a}.grid{stroke:#d0d7de}.bar{fill:#9aa7b4}.own{fill:#2f7d4f}
				.whisker{stroke:#24292f;stroke-width:1.5}.back{fill:#fff}</style>
				<rect class="back" width="100%%" height="100%%"/>
				<text x="16" y="22" font-size="14" font-weight="bold">%s</text>
				<text class="soft" x="16" y="40">%s</text>
				""", WIDTH, bottom + 28, this.title, this.unit));
		for (double tick = 0; tick <= longest + step * 0.99; tick += step) {
			double x = LEFT + tick * scale;
			svg.append(format("<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>", x, x, TOP, bottom));
			svg.append(format("<text class=\"soft\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n", x,
					bottom + 16, number(tick)));
		}
		for (int i = 0; i < this.bars.size(); i++) {
			bar(svg, this.bars.get(i), TOP + i * ROW, scale);
		}
		return svg.append("</svg>\n").toString();
	}

	private static void bar(StringBuilder svg, Bar bar, int top, double scale) {
		int middle = top + ROW / 2;
		svg.append(format("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", LEFT - 8, middle + 4, bar.label()));
		svg.append(format("<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>",
				bar.highlighted() ? "own" : "bar", LEFT, middle - BAR / 2, bar.value() * scale, BAR));
		svg.append(format("<line class=\"whisker\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
				LEFT + bar.min() * scale, LEFT + bar.max() * scale, middle, middle));
		svg.append(format("<text x=\"%.1f\" y=\"%d\">%s</text>%n", LEFT + bar.max() * scale + 6, middle + 4,
				number(bar.value())));
	}

	/** A round distance between two lines of the grid. */
	private static double step(double longest) {
		double step = Math.pow(10, Math.floor(Math.log10(Math.max(longest, 1e-9))));
		double[] parts = { 0.2, 0.5, 1 };
		for (double part : parts) {
			if (longest / (step * part) <= 6) {
				return step * part;
			}
		}
		return step * 2;
	}

	private static String number(double value) {
		return format((value >= 100 || value == Math.rint(value)) ? "%,.0f" : "%.2f", value);
	}

	private static String format(String pattern, Object... arguments) {
		return String.format(Locale.ROOT, pattern, arguments);
	}

	private record Bar(String label, double value, double min, double max, boolean highlighted) {
	}

}
