package io.github.websockethttp2.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.websockethttp2.session.WebSocketSessions;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.client.HttpClient;
import reactor.netty.tcp.SslProvider;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two instances share rooms by a Redis, behind HAProxy with the configuration of the
 * sample.
 */
class ClusterTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final List<Process> processes = new ArrayList<>();

	private final List<ConfigurableApplicationContext> instances = new ArrayList<>();

	private final List<Disposable> sockets = new ArrayList<>();

	@TempDir
	private Path directory;

	private int proxyPort;

	@BeforeEach
	void start() throws IOException {
		Path redis = program("/usr/bin/redis-server", "redis-server");
		Path haproxy = program("/usr/sbin/haproxy", "haproxy");
		int redisPort = freePort();
		run(Map.of(), redis.toString(), "--port", String.valueOf(redisPort), "--bind", "127.0.0.1", "--save", "",
				"--dir", this.directory.toString());
		await(redisPort);
		startInstance(redisPort);
		startInstance(redisPort);
		this.proxyPort = freePort();
		run(Map.of("SAMPLE_PORT", String.valueOf(this.proxyPort), "SAMPLE_ONE", port(0), "SAMPLE_TWO", port(1)),
				haproxy.toString(), "-db", "-f", Path.of("haproxy.cfg").toAbsolutePath().toString());
		await(this.proxyPort);
	}

	@AfterEach
	void stop() {
		this.sockets.forEach(Disposable::dispose);
		this.instances.forEach(ConfigurableApplicationContext::close);
		this.processes.forEach(Process::destroyForcibly);
	}

	@Test
	void whenMemberSpeaksThenMembersOnTheOtherInstanceHear() {
		Queue<String> anne = new ConcurrentLinkedQueue<>();
		Queue<String> bob = new ConcurrentLinkedQueue<>();
		enter("anne", anne, Flux.never());
		Awaitility.await().atMost(TIMEOUT).until(() -> sessions(0) + sessions(1) == 1);
		enter("bob", bob, Flux.interval(Duration.ofMillis(200)).map((number) -> "number " + number));
		Awaitility.await().atMost(TIMEOUT).until(() -> sessions(0) == 1 && sessions(1) == 1);
		Awaitility.await()
			.atMost(TIMEOUT)
			.untilAsserted(() -> assertThat(anne)
				.anyMatch((event) -> event.contains("\"SAID\"") && event.contains("\"bob\"")));
	}

	private void enter(String name, Queue<String> received, Flux<String> said) {
		HttpClient client = HttpClient.newConnection()
			.secure((spec) -> spec.sslContext((SslProvider.GenericSslContextSpec<?>) Http11SslContextSpec.forClient()
				.configure((builder) -> builder.trustManager(InsecureTrustManagerFactory.INSTANCE))));
		URI uri = URI.create("wss://127.0.0.1:" + this.proxyPort + "/ws/rooms/cluster?name=" + name);
		this.sockets.add(new ReactorNettyWebSocketClient(client)
			.execute(uri,
					(session) -> Mono.when(session.send(said.map(session::textMessage)),
							session.receive().map(WebSocketMessage::getPayloadAsText).doOnNext(received::add)))
			.subscribe());
	}

	private long sessions(int instance) {
		return this.instances.get(instance).getBean(WebSocketSessions.class).getCount();
	}

	private void startInstance(int redisPort) {
		this.instances.add(new SpringApplicationBuilder(SampleApplication.class).run("--spring.profiles.active=cluster",
				"--server.port=0", "--sample.http1-port=0", "--management.server.port=0",
				"--sample.certificate-directory=target/certificate", "--spring.data.redis.port=" + redisPort));
	}

	private String port(int instance) {
		return this.instances.get(instance).getEnvironment().getRequiredProperty("local.server.port");
	}

	private void run(Map<String, String> environment, String... command) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(this.directory.resolve("log" + this.processes.size()).toFile());
		builder.environment().putAll(environment);
		this.processes.add(builder.start());
	}

	private static Path program(String path, String debianPackage) {
		Assumptions.assumeTrue(Files.isExecutable(Path.of(path)), "apt-get install " + debianPackage);
		return Path.of(path);
	}

	private static void await(int port) {
		Awaitility.await().atMost(TIMEOUT).ignoreExceptions().until(() -> {
			try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
				return socket.isConnected();
			}
		});
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

}
