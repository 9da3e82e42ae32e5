package io.github.websockethttp2.benchmarks;

import java.util.Arrays;
import java.util.List;

/**
 * The command line: the name of a benchmark and its options.
 */
public final class Benchmark {

	private Benchmark() {
	}

	/**
	 * Runs a benchmark.
	 * @param args its name and options
	 */
	public static void main(String[] args) {
		List<String> arguments = Arrays.asList(args);
		// Event loops and readers do not end by themselves
		Thread.setDefaultUncaughtExceptionHandler((thread, ex) -> {
			ex.printStackTrace();
			System.exit(1);
		});
		String name = arguments.isEmpty() ? "help" : arguments.get(0);
		Options options = Options.parse(arguments.subList(Math.min(1, arguments.size()), arguments.size()));
		switch (name) {
			case "echo" -> new EchoBenchmark(options).run();
			case "idle" -> new IdleBenchmark(options).run();
			case "open" -> new OpenBenchmark(options).run();
			case "million" -> new MillionBenchmark(options).run();
			case "push" -> new PushBenchmark(options).run();
			default -> System.out.println("Benchmarks: echo, push");
		}
		System.exit(0);
	}

}
