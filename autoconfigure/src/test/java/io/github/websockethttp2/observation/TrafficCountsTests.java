package io.github.websockethttp2.observation;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.github.websockethttp2.session.Bottleneck;
import io.github.websockethttp2.session.ServerTraffic;
import io.github.websockethttp2.session.ServerTraffic.Direction;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.session.SessionTraffic;
import io.github.websockethttp2.session.WebSocketTransport.Protocol;
import io.github.websockethttp2.testsupport.FakeSession;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.cumulative.CumulativeDistributionSummary;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TrafficCounts}, without a server.
 */
class TrafficCountsTests {

	private final SessionRegistry sessions = new SessionRegistry(10);

	private final TrafficMeters meters = new TrafficMeters(this.sessions);

	private final MeterRegistry registry = new SimpleMeterRegistry();

	private final Executor loop = Runnable::run;

	private final Executor otherLoop = (task) -> task.run();

	TrafficCountsTests() {
		this.meters.bindTo(this.registry);
	}

	private SessionTraffic traffic(String path, Protocol protocol, Executor eventLoop) {
		ServerTraffic traffic = this.sessions.getTraffic();
		assertThat(traffic).isNotNull();
		return traffic.of(new FakeSession(path, protocol, null), eventLoop);
	}

	@Test
	void registryThatThrowsHarmsNoSession() {
		MeterRegistry throwing = new SimpleMeterRegistry();
		this.meters.bindTo(throwing);
		throwing.config().meterFilter(new MeterFilter() {

			@Override
			public Meter.Id map(Meter.Id id) {
				throw new IllegalStateException("thrown by a filter");
			}

		});
		traffic("/a", Protocol.HTTP_2, this.loop).sent(3);
		assertThat(sent("/a", "HTTP/2")).isEqualTo(3);
		ServerTraffic traffic = this.sessions.getTraffic();
		assertThat(traffic).isNotNull();
		traffic.reset(Direction.RECEIVED, "CANCEL");
	}

	@Test
	void summaryThatThrowsHarmsNoSession() {
		this.meters.bindTo(new SimpleMeterRegistry() {

			@Override
			protected DistributionSummary newDistributionSummary(Meter.Id id, DistributionStatisticConfig config,
					double scale) {
				return new CumulativeDistributionSummary(id, this.clock, config, scale, false) {

					@Override
					protected void recordNonNegative(double amount) {
						throw new NoClassDefFoundError("thrown by a registry");
					}

				};
			}

		});
		ServerTraffic traffic = this.sessions.getTraffic();
		assertThat(traffic).isNotNull();
		traffic.sessionOpened(1, 2);
		assertThat(this.registry.get("websocket.server.connections.streams").summary().totalAmount()).isEqualTo(2);
	}

	@Test
	void eventLoopsCountForThemselves() {
		SessionTraffic one = traffic("/a", Protocol.HTTP_2, this.loop);
		SessionTraffic other = traffic("/a", Protocol.HTTP_2, this.otherLoop);
		assertThat(other).isNotSameAs(one);
		assertThat(traffic("/a", Protocol.HTTP_2, this.loop)).isSameAs(one);
		one.sent(3);
		other.sent(4);
		traffic("/a", Protocol.HTTP_1_1, this.loop).sent(5);
		traffic("", Protocol.HTTP_2, this.loop).sent(6);
		assertThat(sent("/a", "HTTP/2")).isEqualTo(7);
		assertThat(sent("/a", "HTTP/1.1")).isEqualTo(5);
		assertThat(sent("UNKNOWN", "HTTP/2")).isEqualTo(6);
	}

	@Test
	void largestIsThatOfThisRoundAndTheOneBefore() {
		SessionTraffic one = traffic("/a", Protocol.HTTP_2, this.loop);
		SessionTraffic other = traffic("/a", Protocol.HTTP_2, this.otherLoop);
		one.waiting(0, 100, 1);
		one.waiting(0, 300, 1);
		other.waiting(0, 200, 7);
		assertWaiting(600, 300);
		one.waiting(300, 0, 2);
		one.waiting(100, 150, 2);
		assertWaiting(350, 300);
		one.waiting(150, 160, 3);
		assertWaiting(360, 200);
		other.waiting(200, 0, 8);
		assertWaiting(160, 160);
		one.waiting(160, 0, 4);
		assertWaiting(0, 0);
		one.waiting(0, 10, 9);
		assertWaiting(10, 10);
	}

	@Test
	void waitingIsToldInSecondsByReason() {
		SessionTraffic one = traffic("/a", Protocol.HTTP_2, this.loop);
		one.waited(Bottleneck.STREAM_WINDOW, TimeUnit.MILLISECONDS.toNanos(1_500));
		one.waited(Bottleneck.CONNECTION_WINDOW, TimeUnit.MILLISECONDS.toNanos(250));
		assertThat(waited("stream-window")).isEqualTo(1.5);
		assertThat(waited("connection-window")).isEqualTo(0.25);
		assertThat(waited("socket")).isZero();
	}

	@Test
	void registryThatComesLaterHasTheSameCounts() {
		traffic("/a", Protocol.HTTP_2, this.loop).sent(3);
		this.sessions.getTraffic().reset(Direction.SENT, "CANCEL");
		MeterRegistry late = new SimpleMeterRegistry();
		this.meters.bindTo(late);
		traffic("/b", Protocol.HTTP_2, this.loop).sent(4);
		this.sessions.getTraffic().reset(Direction.SENT, "CANCEL");
		this.sessions.getTraffic().reset(Direction.RECEIVED, "CANCEL");
		this.sessions.getTraffic().sessionOpened(1, 2);
		this.sessions.getTraffic().connectionOpened();
		assertThat(late.getMeters()).extracting((meter) -> meter.getId())
			.containsExactlyInAnyOrderElementsOf(
					this.registry.getMeters().stream().map((meter) -> meter.getId()).toList());
		for (MeterRegistry each : new MeterRegistry[] { this.registry, late }) {
			assertThat(each.get("websocket.server.resets").tag("direction", "sent").functionCounter().count())
				.isEqualTo(2);
			assertThat(each.get("websocket.server.connections.streams").summary().totalAmount()).isEqualTo(2);
			assertThat(each.get("websocket.server.connections.active").gauge().value()).isEqualTo(1);
			assertThat(each.get("websocket.server.messages")
				.tags("uri", "/a", "direction", "sent")
				.functionCounter()
				.count()).isEqualTo(1);
		}
	}

	private double sent(String uri, String protocol) {
		return this.registry.get("websocket.server.payload")
			.tags("uri", uri, "protocol", protocol, "direction", "sent")
			.functionCounter()
			.count();
	}

	private double waited(String reason) {
		return this.registry.get("websocket.server.sessions.waited").tag("reason", reason).functionCounter().count();
	}

	private void assertWaiting(long bytes, long largest) {
		assertThat(this.registry.get("websocket.server.buffered").gauge().value()).isEqualTo(bytes);
		assertThat(this.registry.get("websocket.server.buffered.max").gauge().value()).isEqualTo(largest);
	}

}
