package io.github.websockethttp2.autoconfigure;

import java.time.Duration;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.http.server.WebsocketServerSpec;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WebSocketHttp2Properties}.
 */
@ExtendWith(OutputCaptureExtension.class)
class WebSocketHttp2PropertiesTests {

	private static final String PREFIX = "websocket.http2.";

	@Test
	void defaultMessageSizeIsThatOfReactorNetty() {
		assertThat(bind().maxMessageSize().toBytes())
			.isEqualTo(WebsocketServerSpec.builder().build().maxFramePayloadLength());
	}

	@Test
	void whenConnectionWindowIsNotSetThenItFollowsFromTheStreams() {
		assertThat(bind().connectionSettings().windowSize()).isNull();
		assertThat(bind("connection-window-size", "10MB").connectionSettings().windowSize())
			.isEqualTo(10 * 1024 * 1024);
	}

	@ParameterizedTest
	@CsvSource({ "1,1", "2,1", "9,8", "100,90", "128,116" })
	void whenSessionsAreNotSetThenNineTenthsOfTheStreamsMayBe(long streams, int sessions) {
		assertThat(bind().connectionSettings().maxSessions(streams)).isEqualTo(sessions);
		assertThat(bind("max-sessions-per-connection", "7").connectionSettings().maxSessions(streams)).isEqualTo(7);
	}

	@ParameterizedTest
	@CsvSource({ "max-streams-per-connection,1", "stream-window-size,1B", "stream-window-size,2147483647B",
			"connection-window-size,458753B", "connection-window-size,2147483647B", "max-sessions,1",
			"max-sessions-per-connection,1", "max-message-size,1B", "max-message-size,2147483647B", "close-timeout,1ms",
			"close-timeout,1d", "max-client-resets,1", "handshake-timeout,1ms", "heartbeat.interval,0s",
			"heartbeat.timeout,1ms", "shutdown.spread,0s", "slow-after,0s", "slow-after,100ms",
			"topics.buffer-size,1B" })
	void whenValueIsAtTheEndOfItsRangeThenItIsTaken(String property, String value) {
		WebSocketHttp2Properties properties = bind(property, value);
		properties.afterPropertiesSet();
		assertThat(properties.sessionSettings()).isNotNull();
		assertThat(properties.http2ServerSettings(null)).isNotNull();
	}

	@ParameterizedTest
	@CsvSource({ "max-streams-per-connection,0", "max-streams-per-connection,-1", "stream-window-size,0B",
			"stream-window-size,-1KB", "stream-window-size,2GB", "connection-window-size,0B",
			"connection-window-size,458752B", "connection-window-size,2GB", "max-sessions,0", "max-sessions,-1",
			"max-sessions-per-connection,0", "max-message-size,0B", "max-message-size,-1B", "max-message-size,2GB",
			"close-timeout,0s", "close-timeout,-1s", "close-timeout,2d", "max-client-resets,0", "max-client-resets,-1",
			"handshake-timeout,0s", "handshake-timeout,-1s", "heartbeat.interval,-1s", "heartbeat.timeout,0s",
			"heartbeat.timeout,-1s", "shutdown.spread,-1s", "slow-after,-1s", "slow-after,99ms",
			"topics.buffer-size,0B", "topics.buffer-size,2GB" })
	void whenValueIsOutOfRangeThenFailureNamesPropertyValueAndRange(String property, String value) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> bind(property, value).afterPropertiesSet())
			.satisfies((ex) -> {
				assertThat(ex.getName()).isEqualTo(PREFIX + property);
				assertThat(ex.getReason()).startsWith("It must be at least ");
			});
	}

	@Test
	void whenThereAreMoreSessionsThanStreamsThenFailureNamesBoth() {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> bind("max-sessions-per-connection", "129").afterPropertiesSet())
			.satisfies((ex) -> {
				assertThat(ex.getName()).isEqualTo(PREFIX + "max-sessions-per-connection");
				assertThat(ex.getReason())
					.isEqualTo("It must be at most websocket.http2.max-streams-per-connection, which is 128.");
			});
	}

	@Test
	void whenHeartbeatTimeoutIsLongerThanItsIntervalThenItIsTheIntervalAndSaysSo() {
		WebSocketHttp2Properties properties = bind("heartbeat.interval", "5s");
		try (LogCapture log = LogCapture.start(HeartbeatTimeout.class.getName(), Level.WARN)) {
			properties.afterPropertiesSet();
			assertThat(log.messages()).singleElement()
				.asString()
				.contains("heartbeat.timeout is 10s", "heartbeat.interval", "5s");
		}
		assertThat(properties.sessionSettings().heartbeat().timeout()).isEqualTo(Duration.ofSeconds(5));
	}

	@Test
	void whenThereAreNoPingsThenTheHeartbeatTimeoutIsAsItIs() {
		WebSocketHttp2Properties properties = bind("heartbeat.interval", "0s");
		properties.afterPropertiesSet();
		assertThat(properties.sessionSettings().heartbeat().timeout()).isEqualTo(Duration.ofSeconds(10));
	}

	@ParameterizedTest
	@CsvSource({ "stream-window-size,0B,0B,1B", "max-message-size,-1KB,-1KB,1B", "max-message-size,4194304KB,4GB,1B",
			"close-timeout,172800s,2d,1ms", "handshake-timeout,0s,0s,1ms" })
	void whenValueIsOutOfRangeThenItIsSaidInUnitsThatPeopleWrite(String property, String value, String shown,
			String least) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> bind(property, value).afterPropertiesSet())
			.satisfies((ex) -> {
				assertThat(ex.getValue()).isEqualTo(shown);
				assertThat(ex.getReason()).startsWith("It must be at least " + least + " and ");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://app.example.com", "HTTPS://APP.example.com:443/", "http://my_app:8080",
			"http://[::1]:8080", "http://[0:0:0:0:0:0:0:1]:8080", "http://127.0.0.1:8080", "file://",
			"chrome-extension://abc", "*", "*,null", "" })
	void whenOriginCanMatchThenItIsTaken(String origin) {
		bind("allowed-origins", origin).afterPropertiesSet();
	}

	@ParameterizedTest
	@ValueSource(strings = { "app.example.com", "//app.example.com", "https://app.example.com/path", "https://",
			"https://app.example.com?q", "https://user@app.example.com", "https://app.example.com:99999", "null",
			"NULL", "https://*.example.com", "https://[*", "https:app.example.com", "https://app.example.com:port",
			"https://[:::]", "https://app..example.com", "https://.example.com", "https://1.2.3.4.5",
			"https://app.example.com:00443" })
	void whenOriginCanNeverMatchThenFailureNamesPropertyValueAndMend(String origin) {
		assertOriginFails("allowed-origins", origin);
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://*.example.com", "HTTPS://*.Example.com:443", "*.example.com", "*",
			"https://*:8443", "https://*:*", "http*://app.example.com", "https://[2001:db8::*]",
			"https://app.example.com", "http://[0:0:0:0:0:0:0:1]:8080", "http://[0:0:0:0:0:0:0:1]:*",
			"https://*.example.com:80*", "file://" })
	void whenPatternCanMatchThenItIsTaken(String pattern) {
		bind("allowed-origin-patterns", pattern).afterPropertiesSet();
	}

	@Test
	void whenPatternHasPortsThenItIsTaken() {
		bind("allowed-origin-patterns[0]", "https://*.example.com:[8080,8443]", "allowed-origin-patterns[1]",
				"https://*.example.com:[*]")
			.afterPropertiesSet();
	}

	@ParameterizedTest
	@ValueSource(strings = { "app.example.com", "https://[*", "https://*]", "https://*.example.com/*", "https://a b.*",
			"https://*.example.com:[8080", "https://*.example.com:[8080,8443]", "https://*.example.com:99999",
			"https://user@*.example.com", "null", "https://*.example.com:[]", "^https://.*$",
			"https://*.example.com:00443", "https://*.example.com:0443", "https://*.example.com:00*",
			"https://*..example.com", "https://.*.example.com", "https://[:::]", "https://[:::]:*",
			"https://[::ffff:1.2.*]", "https://1.2.3.4.5" })
	void whenPatternCanNeverMatchThenFailureNamesPropertyValueAndMend(String pattern) {
		assertOriginFails("allowed-origin-patterns", pattern);
	}

	@ParameterizedTest
	@CsvSource({ "allowed-origins,wss://app.example.com,https://app.example.com",
			"allowed-origins,WS://localhost:3000,http://localhost:3000",
			"allowed-origin-patterns,wss://*.example.com,https://*.example.com",
			"allowed-origin-patterns,ws://localhost:*,http://localhost:*",
			"allowed-origin-patterns,ws*://app.example.com,http*://app.example.com",
			"allowed-origin-patterns,wss://app.example.com,https://app.example.com" })
	void whenSchemeIsThatOfASocketThenFailureNamesThatOfThePage(String property, String entry, String mend) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> bind(property, entry).afterPropertiesSet())
			.satisfies((ex) -> {
				assertThat(ex.getName()).isEqualTo(PREFIX + property);
				assertThat(ex.getValue()).isEqualTo(entry);
				assertThat(ex.getReason()).contains("the scheme of the page", "\"" + mend + "\"");
			});
	}

	private static void assertOriginFails(String property, String entry) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> bind(property, entry).afterPropertiesSet())
			.satisfies((ex) -> {
				assertThat(ex.getName()).isEqualTo(PREFIX + property);
				assertThat(entry).startsWith(String.valueOf(ex.getValue()));
				assertThat(ex.getReason()).containsAnyOf("https://app.example.com", "https://*.example.com", "\"*\"");
			});
	}

	@Test
	void whenOriginCanNeverMatchThenStartUpSaysSo(CapturedOutput output) {
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> TestServer.start(Transport.H2C, Empty.class, PREFIX + "allowed-origins=app.example.com"));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("Invalid value 'app.example.com' for configuration property 'websocket.http2.allowed-origins'")
			.contains("It must be an origin as browsers send it");
	}

	@Test
	void whenValueIsOutOfRangeThenStartUpSaysSo(CapturedOutput output) {
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> TestServer.start(Transport.H2C, Empty.class, PREFIX + "stream-window-size=2GB"));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains(
					"Invalid value '2GB' for configuration property 'websocket.http2.stream-window-size' (originating")
			.contains("It must be at least 1B and less than 2GB.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "stream-window-size=big", "close-timeout=soon", "max-sessions=many" })
	void whenValueIsOfAnotherTypeThenStartUpSaysSo(String property, CapturedOutput output) {
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> TestServer.start(Transport.H2C, Empty.class, PREFIX + property));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("Property: " + PREFIX + property.substring(0, property.indexOf('=')));
	}

	@Test
	void nestedRecordsBindWithoutProperties() {
		WebSocketHttp2Properties properties = bind();
		assertThat(properties.heartbeat().interval()).isEqualTo(Duration.ofSeconds(30));
		assertThat(properties.shutdown().spread()).isEqualTo(Duration.ofSeconds(5));
		assertThat(properties.streamWindowSize()).isEqualTo(DataSize.ofKilobytes(256));
	}

	private static WebSocketHttp2Properties bind(String... namesAndValues) {
		MapConfigurationPropertySource source = new MapConfigurationPropertySource();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			source.put(PREFIX + namesAndValues[i], namesAndValues[i + 1]);
		}
		return new Binder(source).bindOrCreate("websocket.http2", WebSocketHttp2Properties.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class Empty {

	}

}
