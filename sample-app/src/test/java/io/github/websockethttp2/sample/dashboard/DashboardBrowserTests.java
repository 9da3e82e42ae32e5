package io.github.websockethttp2.sample.dashboard;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import io.github.websockethttp2.sample.SampleTest;
import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.session.WebSocketTransport.Protocol;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.reactive.socket.CloseStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the dashboard in a real browser. What it says is held against what the server
 * has seen.
 */
@SampleTest
class DashboardBrowserTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final Path SCREENSHOTS = Path.of("target", "screenshots");

	private static final Path DOCUMENTATION = Path.of("..", "docs", "dashboard.png");

	private static Playwright playwright;

	private static Browser browser;

	@LocalServerPort
	private int port;

	@Autowired
	private Http1Server http1Server;

	@Autowired
	private WebSocketSessions sessions;

	private final List<String> errors = new ArrayList<>();

	private BrowserContext context;

	@BeforeAll
	static void launch() {
		Optional<Path> chromium = Stream.of("chromium", "chromium-browser", "google-chrome")
			.map((name) -> Path.of("/usr/bin", name))
			.filter(Files::isExecutable)
			.findFirst();
		Assumptions.assumeTrue(chromium.isPresent(), "Chromium is not installed: apt-get install -y chromium");
		playwright = Playwright
			.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
		browser = playwright.chromium()
			.launch(new BrowserType.LaunchOptions().setExecutablePath(chromium.get())
				.setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
						"--disable-background-networking", "--disable-component-update", "--disable-sync",
						"--ignore-certificate-errors")));
	}

	@AfterAll
	static void quit() {
		if (playwright != null) {
			playwright.close();
		}
	}

	@BeforeEach
	void noSocketIsOpen() {
		Awaitility.await().atMost(TIMEOUT).until(() -> this.sessions.getCount() == 0);
	}

	@AfterEach
	void closeContext() {
		if (this.context != null) {
			this.context.close();
		}
	}

	@Test
	void fiftySocketsAreFiftyStreamsOfOneConnection() {
		Page page = open(desktop(), this.port, "/?sockets=5");
		awaitSockets(page, "#lane-own", 5);
		page.locator("#sockets").fill("50");
		awaitSockets(page, "#lane-own", 50);

		List<LiveSession> open = probes(Protocol.HTTP_2);
		assertThat(open).hasSize(50);
		assertThat(open).extracting(LiveSession::getTransport)
			.extracting(WebSocketTransport::connectionId)
			.containsOnly(open.get(0).getTransport().connectionId());
		assertThat(open).extracting(DashboardBrowserTests::clientPort).containsOnly(clientPort(open.get(0)));
		assertThat(open).extracting(LiveSession::getTransport)
			.extracting(WebSocketTransport::streamId)
			.doesNotHaveDuplicates()
			.allMatch((streamId) -> streamId % 2 == 1);
		assertThat(probes(Protocol.HTTP_1_1)).isEmpty();

		assertThat(punch(page, "#lane-own")).isEqualTo("50 sockets, 1 TCP connection");
		assertText(page.locator("#transport"), "HTTP/2, a stream for each");
		PlaywrightAssertions.assertThat(page.locator("#tiles-own > li")).hasCount(50);
		PlaywrightAssertions.assertThat(page.locator("#fallback")).isHidden();
		awaitEveryTileHasATime(page);
		assertThat(this.errors).isEmpty();
	}

	@Test
	void requestsGoOnOnTheSameConnection() {
		Page page = open(desktop(), this.port, "/?sockets=20");
		awaitSockets(page, "#lane-own", 20);
		awaitFetches(page, 5);
		assertThat(page.evaluate("() => { const { beside, count } = document.querySelector('#fetches').dataset;"
				+ " return beside === count; }"))
			.isEqualTo(true);
		assertThat(this.errors).isEmpty();
	}

	@Test
	void figuresAreTheServers() {
		Page page = open(desktop(), this.port, "/?sockets=10");
		awaitSockets(page, "#lane-own", 10);
		// With those of the room, the echo and the ticker
		assertText(page.locator("[data-figure='HTTP/2']"), "13");
		assertText(page.locator("[data-figure='HTTP/2'] + span"), "on 1 connection");
		assertText(page.locator("[data-figure='HTTP/1.1']"), "0");
		assertText(page.locator("[data-figure='waiting']"), "0 B");
		// Twenty go each way
		page.waitForFunction("() => Number(document.querySelector('[data-figure=messages]').textContent) >= 20");
		int refused = Integer.parseInt(page.locator("[data-figure='refused']").innerText());
		page.evaluate("() => { new WebSocket(`wss://${location.host}/ws/nowhere`); }");
		assertText(page.locator("[data-figure='refused']"), String.valueOf(refused + 1));
	}

	@Test
	void sameSocketsTakeAConnectionEachOverHttp1() throws IOException {
		Page page = open(desktop(), this.port, "/");
		awaitSockets(page, "#lane-own", 50);
		page.locator("#compare").click();
		awaitSockets(page, "#lane-http1", 50);

		List<LiveSession> http1 = probes(Protocol.HTTP_1_1);
		assertThat(http1).hasSize(50);
		assertThat(http1).extracting(LiveSession::getTransport)
			.extracting(WebSocketTransport::connectionId)
			.doesNotHaveDuplicates();
		assertThat(http1).extracting(DashboardBrowserTests::clientPort).doesNotHaveDuplicates();
		assertThat(probes(Protocol.HTTP_2)).hasSize(50);

		assertThat(punch(page, "#lane-own")).isEqualTo("50 sockets, 1 TCP connection");
		assertThat(punch(page, "#lane-http1")).isEqualTo("50 sockets, 50 TCP connections");
		boolean update = Boolean.getBoolean("screenshot.update");
		// The picture for the documentation shows a chart that is full
		awaitFetches(page, (update) ? 70 : 10);
		Path screenshot = screenshot(page, "dashboard");
		if (update) {
			Files.createDirectories(DOCUMENTATION.getParent());
			Files.copy(screenshot, DOCUMENTATION, StandardCopyOption.REPLACE_EXISTING);
		}

		page.locator("#stop-compare").click();
		awaitSockets(page, "#lane-http1", 0);
		PlaywrightAssertions.assertThat(page.locator("#compare")).isVisible();
		assertThat(this.errors).isEmpty();
	}

	@Test
	void unreachableSecondPortIsExplained() throws IOException {
		int unusedPort;
		try (ServerSocket socket = new ServerSocket(0)) {
			unusedPort = socket.getLocalPort();
		}
		this.context = browser.newContext(desktop().setIgnoreHTTPSErrors(true));
		// Seen from the page, a port that is closed is like one that is not trusted
		this.context.route("**/api/listeners",
				(route) -> route.fulfill(new Route.FulfillOptions().setContentType("application/json")
					.setBody("{\"http1Port\": " + unusedPort + "}")));
		Page page = this.context.newPage();
		page.navigate(url(this.port, "/?sockets=5"));
		awaitSockets(page, "#lane-own", 5);
		page.locator("#compare").click();
		PlaywrightAssertions.assertThat(page.locator("#untrusted")).isVisible();
		PlaywrightAssertions.assertThat(page.locator("#trust-link"))
			.hasAttribute("href", url(unusedPort, "/trust.html"));
		screenshot(page, "untrusted");
		page.navigate(url(this.http1Server.getPort(), "/trust.html"));
		assertText(page.locator("h1"), "This port is trusted now");
	}

	@Test
	void darkSchemeIsFollowed() {
		Page page = open(desktop().setColorScheme(ColorScheme.DARK), this.port, "/");
		awaitSockets(page, "#lane-own", 50);
		page.locator("#compare").click();
		awaitSockets(page, "#lane-http1", 50);
		awaitFetches(page, 5);
		screenshot(page, "dashboard-dark");
		assertThat(page.evaluate("() => getComputedStyle(document.body).backgroundColor")).isEqualTo("rgb(10, 16, 22)");
		assertThat(this.errors).isEmpty();
	}

	@Test
	void fitsAPhone() {
		Page page = open(new Browser.NewContextOptions().setViewportSize(360, 780).setDeviceScaleFactor(2), this.port,
				"/");
		awaitSockets(page, "#lane-own", 50);
		page.locator("#compare").click();
		awaitSockets(page, "#lane-http1", 50);
		awaitFetches(page, 5);
		screenshot(page, "phone");
		assertThat(page.evaluate("() => document.documentElement.scrollWidth")).isEqualTo(360);
		assertThat(this.errors).isEmpty();
	}

	@Test
	void pageSaysSoWhenItCameOverHttp1() {
		Page page = open(desktop(), this.http1Server.getPort(), "/?sockets=3");
		awaitSockets(page, "#lane-own", 3);
		assertThat(probes(Protocol.HTTP_2)).isEmpty();
		assertThat(punch(page, "#lane-own")).isEqualTo("3 sockets, 3 TCP connections");
		assertText(page.locator("#transport"), "HTTP/1.1, a connection for each");
		PlaywrightAssertions.assertThat(page.locator("#fallback")).isVisible();
		PlaywrightAssertions.assertThat(page.locator("#compare")).isHidden();
		assertThat(this.errors).isEmpty();
	}

	@Test
	void echoRoomAndTickerTalk() {
		Page page = open(desktop(), this.port, "/?sockets=1");
		page.locator("#echo-text").fill("There and back");
		page.locator("#echo-form button").click();
		assertText(page.locator("#echo-log li:first-child span:first-child"), "There and back");
		Page other = this.context.newPage();
		other.navigate(url(this.port, "/?sockets=1"));
		assertText(page.locator("#room-members"), "2 members in lobby");
		other.locator("#room-text").fill("<i>Hello</i>");
		other.locator("#room-form button").click();
		assertText(page.locator("#room-log li:last-child > span"), "<i>Hello</i>");
		PlaywrightAssertions.assertThat(page.locator("#ticker-line .stroke"))
			.hasAttribute("d", Pattern.compile("^M.+L.+"));
		assertThat(this.errors).isEmpty();
	}

	@Test
	void socketsCanBeClosedAndOpenedAgain() {
		Page page = open(desktop(), this.port, "/?sockets=10");
		awaitSockets(page, "#lane-own", 10);
		page.locator("#power").click();
		awaitSockets(page, "#lane-own", 0);
		assertText(page.locator("#transport"), "Closed");
		Awaitility.await().atMost(TIMEOUT).until(() -> probes(Protocol.HTTP_2).isEmpty());
		page.locator("#power").click();
		awaitSockets(page, "#lane-own", 10);
		assertThat(this.errors).isEmpty();
	}

	@Test
	void socketsThatBreakAreOpenedAgain() {
		Page page = open(desktop(), this.port, "/?sockets=10");
		awaitSockets(page, "#lane-own", 10);
		assertText(page.locator("#room-members"), "1 member in lobby");
		// The probes, and one each for the room, the echo and the ticker
		Awaitility.await().atMost(TIMEOUT).until(() -> this.sessions.getCount() == 13);
		List<LiveSession> broken = List.copyOf(this.sessions.getAll());
		broken.forEach((session) -> session.close(CloseStatus.SERVICE_RESTARTED).block(TIMEOUT));
		Awaitility.await().atMost(TIMEOUT).until(() -> this.sessions.getCount() == 13 && haveEnded(broken));
		assertThat(probes(Protocol.HTTP_2)).hasSize(10);
		awaitSockets(page, "#lane-own", 10);
		assertText(page.locator("#room-members"), "1 member in lobby");
		page.locator("#echo-text").fill("Back again");
		page.locator("#echo-form button").click();
		assertText(page.locator("#echo-log li:first-child span:first-child"), "Back again");
		assertThat(this.errors).isEmpty();
	}

	private boolean haveEnded(List<LiveSession> sessions) {
		return sessions.stream().map(LiveSession::getId).allMatch((id) -> this.sessions.get(id) == null);
	}

	private List<LiveSession> probes(Protocol protocol) {
		return this.sessions.getAll()
			.stream()
			.filter((session) -> session.getPathPattern().equals(ProbeHandler.PATH))
			.filter((session) -> session.getTransport().protocol() == protocol)
			.toList();
	}

	private static int clientPort(LiveSession session) {
		return ClientPort.of(session.getRemoteAddress());
	}

	private static Browser.NewContextOptions desktop() {
		return new Browser.NewContextOptions().setViewportSize(1280, 1080).setColorScheme(ColorScheme.LIGHT);
	}

	private Page open(Browser.NewContextOptions options, int port, String path) {
		this.context = browser.newContext(options.setIgnoreHTTPSErrors(true));
		this.context.setDefaultTimeout(TIMEOUT.toMillis());
		this.context.onConsoleMessage((message) -> {
			if (List.of("error", "warning").contains(message.type())) {
				this.errors.add(message.text());
			}
		});
		this.context.onWebError((error) -> this.errors.add(error.error()));
		Page page = this.context.newPage();
		page.navigate(url(port, path));
		return page;
	}

	private static String url(int port, String path) {
		return "https://localhost:" + port + path;
	}

	private static void awaitSockets(Page page, String lane, int sockets) {
		assertAttribute(page.locator(lane), "data-sockets", String.valueOf(sockets));
	}

	private static void awaitFetches(Page page, int fetches) {
		page.waitForFunction("(fetches) => Number(document.querySelector('#fetches').dataset.count) >= fetches",
				fetches);
	}

	private static void awaitEveryTileHasATime(Page page) {
		page.waitForFunction("() => [...document.querySelectorAll('#tiles-own .rtt')]"
				+ ".every((rtt) => rtt.textContent.endsWith(' ms'))");
	}

	private static String punch(Page page, String lane) {
		return page.locator(lane + " .punch").innerText().replaceAll("\\s+", " ").strip();
	}

	private static void assertText(Locator locator, String text) {
		PlaywrightAssertions.assertThat(locator)
			.hasText(text, new LocatorAssertions.HasTextOptions().setTimeout(TIMEOUT.toMillis()));
	}

	private static void assertAttribute(Locator locator, String name, String value) {
		PlaywrightAssertions.assertThat(locator)
			.hasAttribute(name, value, new LocatorAssertions.HasAttributeOptions().setTimeout(TIMEOUT.toMillis()));
	}

	private static Path screenshot(Page page, String name) {
		page.evaluate("() => scrollTo(0, 0)");
		Path path = SCREENSHOTS.resolve(name + ".png");
		page.screenshot(new Page.ScreenshotOptions().setPath(path));
		page.screenshot(
				new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + "-full.png")).setFullPage(true));
		return path;
	}

}
