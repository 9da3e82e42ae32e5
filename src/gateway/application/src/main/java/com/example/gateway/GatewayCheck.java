package com.example.gateway;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.websockethttp2.session.WebSocketTransport;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.reactive.socket.CloseStatus;

/**
 * Starts a gateway in front of a backend in each of the ways in docs/proxies.md, and opens
 * WebSockets through it. Prints a line for each way, and fails with the first that is not
 * as it says there. The arguments are a key store, whose password is "password", a
 * directory for what is temporary, and the browser.
 */
public class GatewayCheck {

	private static final String WEBFLUX = "spring.cloud.gateway.server.webflux.";

	private static final String CLIENT = "websocket.http2.client.";

	private static final CloseStatus MINE = new CloseStatus(4000, "bye");

	private static final String PACKAGE = "io.github.websockethttp2.autoconfigure.WebSocketHttp2";

	private static final String WITHOUT_STARTER = "spring.autoconfigure.exclude=" + PACKAGE + "ServerAutoConfiguration,"
			+ PACKAGE + "StatusAutoConfiguration," + PACKAGE + "SecurityAutoConfiguration," + PACKAGE
			+ "MetricsAutoConfiguration";

	private static final String NOTHING_FORWARDED = WEBFLUX + "trusted-proxies=";

	private final Log log = new Log();

	private final String[] tls;

	private final Path directory;

	private final String chromium;

	private GatewayCheck(String keyStore, Path directory, String chromium) {
		this.tls = new String[] { "server.ssl.key-store=" + keyStore, "server.ssl.key-store-password=password" };
		this.directory = directory;
		this.chromium = chromium;
	}

	public static void main(String[] args) {
		GatewayCheck check = new GatewayCheck(args[0], Path.of(args[1]), args[2]);
		int status = 0;
		try {
			check.run();
		}
		catch (Exception ex) {
			ex.printStackTrace(System.out);
			status = 1;
		}
		check.log.lines();
		// Contexts share their event loops, so that none is closed before the others
		System.exit(status);
	}

	private void run() throws Exception {
		passed("spring-boot " + SpringBootVersion.getVersion());
		ConfigurableApplicationContext backend = backend();

		ConfigurableApplicationContext gateway = gateway(backend);
		browse(gateway, backend);
		check(gateway, backend, Client.values());
		passed("forwarded headers work");

		check(gateway(backend, "websocket.http2.enabled=false"), backend, Client.HTTP_1_1);
		check(gateway(backend, "server.http2.enabled=false"), backend, Client.HTTP_1_1);
		passed("switched off works over HTTP/1.1");

		ConfigurableApplicationContext allowing = backend(
				"websocket.http2.allowed-origin-patterns=https://localhost:[*]");
		check(gateway(allowing, NOTHING_FORWARDED), allowing, Client.values());
		passed("allowed origins work");

		String filters = WEBFLUX + "default-filters";
		check(gateway(backend, NOTHING_FORWARDED, filters + "[0]=RemoveRequestHeader=Origin"), backend, Client.values());
		check(gateway(backend, NOTHING_FORWARDED, filters + "[0]=SetRequestHeader=Origin, http://127.0.0.1:" + port(backend)),
				backend, Client.values());
		check(gateway(backend, NOTHING_FORWARDED, filters + "[0]=SetRequestHostHeader=evil.example",
				filters + "[1]=RemoveRequestHeader=Origin"), backend, Client.values());
		passed("Origin is checked as it came, whatever filters do to it");

		ConfigurableApplicationContext secure = backend(this.tls);
		check(gateway(secure, NOTHING_FORWARDED, filters + "[0]=PreserveHostHeader",
				WEBFLUX + "httpclient.ssl.use-insecure-trust-manager=true"), secure, Client.values());
		passed("PreserveHostHeader and TLS work");

		throughHttp2(secure);

		ConfigurableApplicationContext plain = backend(this.tls[0], this.tls[1], "server.http2.enabled=true",
				WITHOUT_STARTER);
		check(gateway(plain, "http1-sockets=true"), plain, Client.values());
		passed("HTTP/2 without WebSockets behind works with a client of HTTP/1.1");

		ConfigurableApplicationContext silent = gateway(backend, NOTHING_FORWARDED);
		List<String> first = refusedBehind(silent, Client.HTTP_2);
		expect("warning", first.stream().anyMatch((line) -> line.contains("websocket.http2.allowed-origins there")), true);
		int without = refusedBehind(gateway(backend, NOTHING_FORWARDED, WITHOUT_STARTER), Client.HTTP_1_1).size();
		for (Client client : Client.values()) {
			int with = refusedBehind(silent, client).size();
			expect("lines of log: " + with + " with the starter, " + without + " without", with <= without, true);
		}
		passed("nothing forwarded is refused, in " + without + " lines of log with the starter and without");

		ConfigurableApplicationContext quiet = gateway(backend, NOTHING_FORWARDED,
				"logging.level.reactor.netty.http.client.HttpClientConnect=error",
				"logging.level.reactor.netty.channel.FluxReceive=error");
		for (int i = 0; i < 2; i++) {
			this.log.lines();
			expect("refused by the backend", Client.HTTP_2.exchange(port(quiet), origin(quiet), MINE), "opened 1011");
		}
		expect("log", this.log.lines(), List.of());
		passed("and in none, if Reactor Netty's are switched off");
	}

	/**
	 * Opens sockets through a gateway that opens its own with the starter's client.
	 */
	private void throughHttp2(ConfigurableApplicationContext backend) throws Exception {
		String bundle = "spring.ssl.bundle.jks.backend.truststore.";
		String[] properties = { CLIENT + "gateway.enabled=true", CLIENT + "ssl.bundle=backend",
				bundle + "location=" + this.tls[0].substring(this.tls[0].indexOf('=') + 1), bundle + "password=password",
				// For the page, which the gateway's own client gets
				WEBFLUX + "httpclient.ssl.use-insecure-trust-manager=true" };
		BlockingQueue<WebSocketTransport.Protocol> opened = backend.getBean(Transports.class).opened;
		ConfigurableApplicationContext gateway = gateway(backend, properties);
		opened.clear();
		browse(gateway, backend);
		expect("transport behind", opened.poll(), WebSocketTransport.Protocol.HTTP_2);
		check(gateway, backend, Client.values());
		check(gateway(backend, with(properties, NOTHING_FORWARDED, WEBFLUX + "default-filters[0]=PreserveHostHeader")),
				backend, Client.values());
		for (Object transport : opened) {
			expect("transport behind", transport, WebSocketTransport.Protocol.HTTP_2);
		}
		expect("refused by the backend",
				Client.HTTP_2.exchange(port(gateway), origin(gateway), "/none", MINE), "opened 1011");
		passed("the starter's client makes it HTTP/2 all the way");

		opened.clear();
		check(gateway(backend, with(properties, CLIENT + "enabled=false")), backend, Client.values());
		for (Object transport : opened) {
			expect("transport behind", transport, WebSocketTransport.Protocol.HTTP_1_1);
		}
		passed("and HTTP/1.1 behind, if it is told so");
	}

	private static String[] with(String[] properties, String... more) {
		List<String> all = new ArrayList<>(List.of(properties));
		all.addAll(List.of(more));
		return all.toArray(String[]::new);
	}

	private ConfigurableApplicationContext backend(String... properties) {
		return start(Backend.class, List.of(WEBFLUX + "enabled=false"), properties);
	}

	private ConfigurableApplicationContext gateway(ConfigurableApplicationContext backend, String... properties) {
		List<String> all = new ArrayList<>(List.of(this.tls));
		all.add("spring.profiles.active=gateway");
		all.add("backend.uri=" + (isSecure(backend) ? "https" : "http") + "://127.0.0.1:" + port(backend));
		return start(Gateway.class, all, properties);
	}

	private static boolean isSecure(ConfigurableApplicationContext backend) {
		return backend.getEnvironment().containsProperty("server.ssl.key-store");
	}

	private static ConfigurableApplicationContext start(Class<?> application, List<String> own, String... properties) {
		List<String> arguments = new ArrayList<>();
		own.forEach((property) -> arguments.add("--" + property));
		List.of(properties).forEach((property) -> arguments.add("--" + property));
		return SpringApplication.run(application, arguments.toArray(String[]::new));
	}

	/**
	 * Loads the page from the gateway, whose socket has to be a stream of HTTP/2, and
	 * again from elsewhere.
	 */
	private void browse(ConfigurableApplicationContext gateway, ConfigurableApplicationContext backend)
			throws Exception {
		BlockingQueue<String> reports = backend.getBean(Backend.Reports.class).received;
		BlockingQueue<WebSocketTransport.Protocol> opened = gateway.getBean(Transports.class).opened;
		String page = "/page.html?socket=wss://localhost:" + port(gateway) + "/echo";
		try (Browser browser = Browser.open(this.chromium, this.directory, origin(gateway) + page)) {
			expect("page", reports.poll(60, TimeUnit.SECONDS), "opened echo, hello, closed 4001");
		}
		expect("transport", opened.poll(), WebSocketTransport.Protocol.HTTP_2);
		passed("Chromium works");
		try (Browser browser = Browser.open(this.chromium, this.directory,
				(isSecure(backend) ? "https" : "http") + "://localhost:" + port(backend) + page)) {
			expect("page of another site", reports.poll(60, TimeUnit.SECONDS), "closed 1006");
		}
		expect("transport of another site", opened.poll(), null);
		passed("Chromium on another site is refused");
	}

	private static void check(ConfigurableApplicationContext gateway, ConfigurableApplicationContext backend,
			Client... clients) throws Exception {
		BlockingQueue<CloseStatus> closed = backend.getBean(EchoHandler.class).closed;
		for (Client client : clients) {
			closed.clear();
			expect(client.name(), client.exchange(port(gateway), origin(gateway), MINE), "opened echo hello 4000");
			expect("close status", closed.poll(10, TimeUnit.SECONDS), MINE);
			expect("another site", client.exchange(port(gateway), "https://evil.example", MINE), "refused 403");
		}
	}

	/**
	 * Opens a socket of the gateway's own page, which the backend refuses.
	 * @return what is logged of it
	 */
	private List<String> refusedBehind(ConfigurableApplicationContext gateway, Client client) throws Exception {
		this.log.lines();
		String seen = client.exchange(port(gateway), origin(gateway), MINE);
		expect("refused by the backend", seen.equals("opened 1011") || seen.equals("opened 1002"), true);
		// Reactor Netty's last word on it
		return this.log.linesWith("post termination");
	}

	private static String origin(ConfigurableApplicationContext gateway) {
		return "https://localhost:" + port(gateway);
	}

	private static int port(ConfigurableApplicationContext context) {
		return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	private static void expect(String what, Object seen, Object expected) {
		if (!Objects.equals(seen, expected)) {
			throw new IllegalStateException(what + ": expected '" + expected + "' and got '" + seen + "'");
		}
	}

	private void passed(String what) {
		System.out.println("gateway: " + what);
		this.log.lines();
	}

}
