package io.github.websockethttp2.channel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.management.JMException;
import javax.management.ObjectName;

import io.github.websockethttp2.testsupport.ChildJvm;
import io.github.websockethttp2.testsupport.EchoHandlers;
import io.github.websockethttp2.testsupport.RawHttp2;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.util.internal.PlatformDependent;
import org.junit.jupiter.api.Test;
import reactor.netty.ReactorNetty;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a session costs that nobody uses. The server is a process of its own, and counts
 * the objects that it can reach: a difference of two histograms, which is the same in
 * every run.
 */
class IdleSessionMemoryTests {

	private static final int CONNECTIONS = 50;

	private static final int STREAMS = 100;

	private static final int EVENT_LOOPS = 4;

	/** So that each event loop has its read buffers, which the sessions share. */
	private static final int CONNECTIONS_BEFORE = 5 * EVENT_LOOPS;

	private static final int SESSIONS = CONNECTIONS * STREAMS;

	/** Bytes of heap. */
	private static final int LIMIT = 4_000;

	private static final byte[] HANDSHAKE = RawHttp2.block(":method", "CONNECT", ":protocol", "websocket", ":scheme",
			"http", ":path", "/echo", ":authority", "localhost:8080", "sec-websocket-version", "13", "origin",
			"http://localhost:8080", "user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", "cookie",
			"SESSION=0123456789abcdef0123456789abcdef", "accept-language", "en-GB,en;q=0.9", "accept-encoding",
			"gzip, deflate, br, zstd", "cache-control", "no-cache");

	@Test
	void idleSessionCostsFourKilobytesOfHeapAndNoDirectMemory() {
		try (ChildJvm server = ChildJvm.start(Server.class)) {
			int port = Integer.parseInt(server.awaitLine());
			List<RawHttp2> connections = new ArrayList<>();
			try {
				for (int i = 0; i < CONNECTIONS_BEFORE; i++) {
					connections.add(open(port));
				}
				Map<String, Long> before = histogram(server);
				for (int i = 0; i < CONNECTIONS; i++) {
					connections.add(open(port));
				}
				Map<String, Long> after = histogram(server);
				Map<String, Long> growth = new HashMap<>(after);
				before.forEach((name, bytes) -> growth.merge(name, -bytes, Long::sum));
				long direct = growth.remove("direct") / SESSIONS;
				long heap = growth.values().stream().mapToLong(Long::longValue).sum() / SESSIONS;
				System.out.printf("%d bytes of heap and %d of direct memory per idle session%n%s%n", heap, direct,
						describe(growth));
				assertThat(heap).as(() -> describe(growth)).isLessThanOrEqualTo(LIMIT);
				assertThat(direct).isLessThan(100);
			}
			finally {
				connections.forEach(RawHttp2::close);
			}
		}
	}

	private static RawHttp2 open(int port) {
		RawHttp2 connection = RawHttp2.connect(port);
		for (int i = 0; i < STREAMS; i++) {
			int streamId = 2 * i + 1;
			connection.send(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, streamId, HANDSHAKE);
			assertThat(connection.awaitOutcome(streamId)).isEqualTo("200");
		}
		return connection;
	}

	private static Map<String, Long> histogram(ChildJvm server) {
		Map<String, Long> bytes = new HashMap<>();
		for (String line : server.ask("histogram").split("\\|")) {
			String[] parts = line.split(" ");
			bytes.put(parts[0], Long.valueOf(parts[1]));
		}
		return bytes;
	}

	private static String describe(Map<String, Long> growth) {
		StringBuilder text = new StringBuilder();
		growth.entrySet()
			.stream()
			.filter((entry) -> entry.getValue() >= 8 * SESSIONS)
			.sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
			.forEach((entry) -> text.append(entry.getValue() / SESSIONS)
				.append(' ')
				.append(entry.getKey())
				.append(System.lineSeparator()));
		return text.toString();
	}

	/**
	 * The process that is measured.
	 */
	static final class Server {

		private Server() {
		}

		public static void main(String[] args) throws IOException, JMException {
			System.setProperty(ReactorNetty.IO_WORKER_COUNT, String.valueOf(EVENT_LOOPS));
			// On a busy machine a heartbeat could end connections before they are counted
			TestServer server = TestServer.start(Transport.H2C, EchoHandlers.class,
					"websocket.http2.heartbeat.interval=1h");
			ChildJvm.tell("" + server.port());
			BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
			while (in.readLine() != null) {
				ChildJvm.tell(histogram() + "direct " + PlatformDependent.usedDirectMemory());
			}
			server.close();
		}

		private static String histogram() throws JMException {
			String histogram = "";
			// The second finds what the first has made unreachable
			for (int i = 0; i < 2; i++) {
				histogram = (String) ManagementFactory.getPlatformMBeanServer()
					.invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
							new Object[] { new String[0] }, new String[] { String[].class.getName() });
			}
			StringBuilder line = new StringBuilder();
			for (String row : histogram.lines().filter((text) -> text.matches(" *[0-9]+: .*")).toList()) {
				String[] columns = row.trim().split(" +");
				line.append(columns[3]).append(' ').append(columns[2]).append('|');
			}
			return line.toString();
		}

	}

}
