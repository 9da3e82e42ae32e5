package io.github.websockethttp2.benchmarks.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

import io.netty.util.internal.PlatformDependent;

/**
 * A process that is measured, from its inside. Answers what it is asked on its standard
 * input, and ends when that does.
 */
public final class MeasuredMain {

	static final String ANSWER = "benchmark: ";

	static final String MEMORY = "memory";

	private MeasuredMain() {
	}

	/**
	 * Serves until there is nobody to serve.
	 * @param greeting says that the process is ready
	 * @param commands answers what is asked, but for the memory
	 * @throws IOException if standard input fails
	 */
	public static void serve(String greeting, UnaryOperator<String> commands) throws IOException {
		answer(greeting);
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		String line = input.readLine();
		while (line != null) {
			answer((line.equals(MEMORY)) ? memory() : commands.apply(line));
			line = input.readLine();
		}
		Runtime.getRuntime().halt(0);
	}

	/**
	 * Counts what is reachable.
	 * @return bytes of heap and of direct memory
	 */
	private static String memory() {
		MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
		long heap = Long.MAX_VALUE;
		for (int i = 0; i < 3; i++) {
			memory.gc();
			heap = Math.min(heap, memory.getHeapMemoryUsage().getUsed());
		}
		long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)
			.stream()
			.filter((pool) -> pool.getName().equals("direct"))
			.mapToLong(BufferPoolMXBean::getMemoryUsed)
			.sum();
		if (PlatformDependent.useDirectBufferNoCleaner()) {
			direct += PlatformDependent.usedDirectMemory();
		}
		return heap + " " + direct;
	}

	private static void answer(String line) {
		System.out.println(ANSWER + line);
	}

}
