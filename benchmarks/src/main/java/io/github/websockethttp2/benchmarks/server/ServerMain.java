package io.github.websockethttp2.benchmarks.server;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.charset.StandardCharsets;

import io.netty.util.internal.PlatformDependent;

/**
 * The process of a server. Tells its port, answers what it is asked on its standard
 * input, and ends when that does.
 */
final class ServerMain {

	static final String ANSWER = "benchmark: ";

	private ServerMain() {
	}

	public static void main(String[] args) throws Exception {
		int port = start(ServerKind.of(args[0]), ServerSettings.fromProperties());
		answer(String.valueOf(port));
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		String line = input.readLine();
		while (line != null) {
			answer(memory());
			line = input.readLine();
		}
		Runtime.getRuntime().halt(0);
	}

	private static int start(ServerKind kind, ServerSettings settings) throws Exception {
		return switch (kind) {
			case OURS -> WebFluxServer.start(true, settings);
			case WEBFLUX -> WebFluxServer.start(false, settings);
			case ARMERIA -> ArmeriaServer.start(settings);
			case JETTY -> JettyServer.start(settings);
			case NETTY -> NettyServer.start(settings);
			default -> throw new IllegalArgumentException("Not a server of this process: " + kind);
		};
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
