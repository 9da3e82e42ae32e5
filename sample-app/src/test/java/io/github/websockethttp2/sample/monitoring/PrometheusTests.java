package io.github.websockethttp2.sample.monitoring;

import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.websockethttp2.client.Http2WebSocketClient;
import io.github.websockethttp2.sample.SampleTest;
import io.github.websockethttp2.sample.monitoring.GrafanaDashboard.Query;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.test.WebSocketTestClient;
import io.github.websockethttp2.test.WebSocketTestSession;
import io.github.websockethttp2.topic.TopicEngine;
import io.github.websockethttp2.topic.TopicSignal;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A real Prometheus scrapes the sample, which has traffic of all kinds. Then every query
 * of the dashboard has an answer, and every alert can be evaluated.
 */
@SampleTest
@TestPropertySource(properties = { "websocket.http2.heartbeat.interval=1s", "websocket.http2.heartbeat.timeout=1s",
		"websocket.http2.slow-after=1s", "websocket.http2.max-sessions-per-connection=" + SampleTraffic.MAX_SESSIONS })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrometheusTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private Prometheus prometheus;

	private WebSocketTestSession slow;

	@BeforeAll
	void scrapeTraffic(@LocalServerPort int port, @LocalManagementPort int managementPort,
			@Autowired WebSocketTestClient testClient, @Autowired Http2WebSocketClient.Builder clientBuilder,
			@Autowired WebSocketSessions sessions, @TempDir Path directory) throws Exception {
		this.prometheus = Prometheus.scraping(managementPort, directory);
		SampleTraffic traffic = new SampleTraffic(port, testClient, clientBuilder, sessions);
		this.slow = traffic.openSlowSession();
		WebSocket silent = traffic.openSilentSession();
		// A rate takes two scrapes of a meter, with something between them
		traffic.openAndCloseSessions();
		traffic.openAndCloseSockets();
		awaitSeries("websocket_server_heartbeats_lost_total > 0");
		silent.abort();
		awaitSeries("websocket_server_sessions_slow > 0");
		this.prometheus.awaitScrapes();
		traffic.openAndCloseSessions();
		traffic.openAndCloseSockets();
		this.prometheus.awaitScrapes();
	}

	@AfterAll
	void stop() {
		if (this.prometheus != null) {
			this.prometheus.close();
		}
		if (this.slow != null) {
			this.slow.close(1000).expectClosed(1000);
		}
	}

	@ParameterizedTest
	@MethodSource("queries")
	void queryOfTheDashboardHasAnAnswer(Query query) throws IOException {
		assertThat(this.prometheus.query(query.expression())).isNotEmpty()
			.extracting((series) -> series.get("value").get(1).asString())
			.doesNotContain("NaN");
	}

	static List<Query> queries() {
		return GrafanaDashboard.read().queries();
	}

	@Test
	void alertsAreEvaluatedWithMetersThatAreThere() throws IOException {
		this.prometheus.awaitScrapes();
		List<JsonNode> rules = this.prometheus.get("rules")
			.get("groups")
			.get(0)
			.get("rules")
			.values()
			.stream()
			.toList();
		assertThat(rules).isNotEmpty().extracting((rule) -> rule.get("health").asString()).containsOnly("ok");
		Set<String> scraped = this.prometheus.get("label/__name__/values")
			.values()
			.stream()
			.map(JsonNode::asString)
			.collect(Collectors.toSet());
		assertThat(rules)
			.allSatisfy((rule) -> assertThat(Query.of("", rule.get("query").asString()).metrics()).isNotEmpty()
				.isSubsetOf(scraped));
	}

	private void awaitSeries(String expression) {
		Awaitility.await().atMost(TIMEOUT).until(() -> !this.prometheus.query(expression).isEmpty());
	}

	/**
	 * Whatever carries topics to other instances has the same meters.
	 */
	@TestConfiguration(proxyBeanMethods = false)
	static class Engine {

		@Bean
		TopicEngine topicEngine() {
			return new TopicEngine() {

				@Override
				public Mono<Void> publish(String topic, ByteBuffer message) {
					return Mono.empty();
				}

				@Override
				public Flux<TopicSignal> subscribe(String topic) {
					return Flux.<TopicSignal>never().startWith(new TopicSignal.Up());
				}

				@Override
				public boolean isUp() {
					return true;
				}

			};
		}

	}

}
