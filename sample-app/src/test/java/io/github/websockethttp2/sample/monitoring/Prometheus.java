package io.github.websockethttp2.sample.monitoring;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Prometheus that scrapes the sample, run as a child process for a test.
 */
final class Prometheus implements AutoCloseable {

	static final Path DOCUMENTATION = Path.of("..", "docs", "prometheus").toAbsolutePath().normalize();

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final HttpClient client = HttpClient.newHttpClient();

	private final JsonMapper jsonMapper = new JsonMapper();

	private final Process process;

	private final URI api;

	private Prometheus(Process process, int port) {
		this.process = process;
		this.api = URI.create("http://127.0.0.1:" + port + "/api/v1/");
	}

	/**
	 * Runs Prometheus as the documentation configures it, but with another target, and in
	 * more of a hurry.
	 * @param target the port that it scrapes
	 * @param directory an empty directory for its data
	 * @return the server, which has scraped
	 */
	static Prometheus scraping(int target, Path directory) throws IOException {
		String program = program("prometheus");
		String config = Files.readString(DOCUMENTATION.resolve("prometheus.yml"))
			.replace("interval: 15s", "interval: 500ms")
			.replace("127.0.0.1:8081", "127.0.0.1:" + target)
			.replace("websockets.rules.yml", DOCUMENTATION.resolve("websockets.rules.yml").toString());
		Files.writeString(directory.resolve("prometheus.yml"), config);
		int port = freePort();
		Path log = directory.resolve("prometheus.log");
		Process process = new ProcessBuilder(program, "--config.file=prometheus.yml", "--storage.tsdb.path=data",
				"--web.listen-address=127.0.0.1:" + port)
			.directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		Prometheus prometheus = new Prometheus(process, port);
		try {
			Awaitility.await().atMost(TIMEOUT).ignoreExceptions().until(() -> !prometheus.query("up == 1").isEmpty());
			return prometheus;
		}
		catch (ConditionTimeoutException ex) {
			String targets = (process.isAlive()) ? prometheus.get("targets").toPrettyString() : "";
			prometheus.close();
			throw new AssertionError("Prometheus does not scrape: " + targets + Files.readString(log), ex);
		}
	}

	/**
	 * Skips the test where Prometheus is not installed.
	 * @param name the name of one of its programs
	 * @return the program
	 */
	static String program(String name) {
		Optional<Path> program = Stream.of(System.getenv("PATH").split(File.pathSeparator))
			.map((directory) -> Path.of(directory, name))
			.filter(Files::isExecutable)
			.findFirst();
		Assumptions.assumeTrue(program.isPresent(),
				"Prometheus is not installed: apt-get install -y --no-install-recommends prometheus");
		return program.orElseThrow().toString();
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	/**
	 * Returns the time series that an expression has now.
	 * @param expression a PromQL expression
	 * @return an object for each, with its labels as {@code metric}, and its
	 * {@code value}
	 */
	List<JsonNode> query(String expression) throws IOException {
		JsonNode result = get("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8)).get("result");
		return result.values().stream().toList();
	}

	/**
	 * Returns what the API has at a path.
	 * @param path the path, with its query
	 * @return the data of the answer
	 */
	JsonNode get(String path) throws IOException {
		try {
			HttpRequest request = HttpRequest.newBuilder(this.api.resolve(path)).timeout(TIMEOUT).build();
			JsonNode answer = this.jsonMapper.readTree(this.client.send(request, BodyHandlers.ofString()).body());
			assertThat(answer.get("status").asString()).as(answer.toString()).isEqualTo("success");
			return answer.get("data");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException(ex);
		}
	}

	/**
	 * Waits for two more scrapes, the second of which has begun after this call. Those
	 * that failed do not count.
	 */
	void awaitScrapes() throws IOException {
		long before = scrapes();
		Awaitility.await().atMost(TIMEOUT).until(() -> scrapes() >= before + 2);
	}

	private long scrapes() throws IOException {
		return query("sum_over_time(up[1h])").get(0).get("value").get(1).asLong();
	}

	@Override
	public void close() {
		this.process.destroy();
		try {
			if (!this.process.waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
				this.process.destroyForcibly();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
