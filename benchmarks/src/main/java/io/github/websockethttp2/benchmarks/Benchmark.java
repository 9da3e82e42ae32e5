package io.github.websockethttp2.benchmarks;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The command line: the name of a benchmark and its options.
 */
public final class Benchmark {

	private static final Map<String, Consumer<Options>> BENCHMARKS = new LinkedHashMap<>();

	static {
		BENCHMARKS
			.put("quick",
					(options) -> new EchoBenchmark(options.withDefaults(
							Map.of("servers", "netty,ours,webflux", "warmup", "10", "rounds", "3", "seconds", "1")))
						.run());
		BENCHMARKS.put("echo", (options) -> new EchoBenchmark(options).run());
		BENCHMARKS.put("push", (options) -> new PushBenchmark(options).run());
		BENCHMARKS.put("broadcast", (options) -> new BroadcastBenchmark(options).run());
		BENCHMARKS.put("idle", (options) -> new IdleBenchmark(options).run());
		BENCHMARKS.put("open", (options) -> new OpenBenchmark(options).run());
		BENCHMARKS.put("upload", (options) -> new UploadBenchmark(options).run());
		BENCHMARKS.put("tail", (options) -> new TailBenchmark(options).run());
		BENCHMARKS.put("alternatives", (options) -> new AlternativesBenchmark(options).run());
		BENCHMARKS.put("client", (options) -> new ClientBenchmark(options).run());
		BENCHMARKS.put("million", (options) -> new MillionBenchmark(options).run());
		BENCHMARKS.put("scaling", (options) -> new ScalingBenchmark(options).run());
		BENCHMARKS.put("storm", (options) -> new StormBenchmark(options).run());
		BENCHMARKS.put("all", Benchmark::all);
	}

	private Benchmark() {
	}

	/**
	 * Runs a benchmark.
	 * @param args its name and options
	 */
	public static void main(String[] args) {
		// Event loops and readers do not end by themselves
		Thread.setDefaultUncaughtExceptionHandler((thread, ex) -> {
			ex.printStackTrace();
			System.exit(1);
		});
		List<String> arguments = Arrays.asList(args);
		Consumer<Options> benchmark = arguments.isEmpty() ? null : BENCHMARKS.get(arguments.get(0));
		if (benchmark == null) {
			System.err.println("One of these is needed, with options or without: " + BENCHMARKS.keySet());
			System.exit(2);
			return;
		}
		benchmark.accept(Options.parse(arguments.subList(1, arguments.size())));
		System.exit(0);
	}

	/**
	 * Everything that takes minutes. The million, which takes memory, goes by its name.
	 * @param options options that all understand
	 */
	private static void all(Options options) {
		new EchoBenchmark(options.withDefaults(Map.of("size", "16,125,1024,16384,1048576", "inflight", "1,8,64")))
			.run();
		Options tls = options.withDefaults(Map.of("tls", "jdk"));
		for (String name : List.of("push", "broadcast", "idle", "open", "upload", "tail", "alternatives")) {
			BENCHMARKS.get(name).accept(options);
		}
		BENCHMARKS.get("echo").accept(tls);
		BENCHMARKS.get("open").accept(tls);
		BENCHMARKS.get("client").accept(options);
	}

}
