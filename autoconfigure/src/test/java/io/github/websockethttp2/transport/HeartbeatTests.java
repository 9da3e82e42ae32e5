package io.github.websockethttp2.transport;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.EndOfBytes;
import io.github.websockethttp2.testsupport.Frame;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TcpRelay;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Pings keep connections open and find peers that are gone.
 */
class HeartbeatTests {

	private static final int INTERVAL = 300;

	/**
	 * The rhythm, in virtual time.
	 */
	@Nested
	class Rhythm {

		private final EmbeddedChannel channel = new EmbeddedChannel();

		private final FakePeer peer = new FakePeer();

		@BeforeEach
		void stopTheClock() {
			this.channel.freezeTime();
		}

		@Test
		void pingsEveryInterval() {
			this.peer.answers = true;
			Heartbeat heartbeat = heartbeat(30, 10);
			heartbeat.start();
			assertPings(29, 0);
			assertPings(1, 1);
			assertPings(29, 1);
			assertPings(1, 2);
			assertPings(3000, 102);
			assertThat(this.peer.lost).isZero();
		}

		@Test
		void givesUpAPeerThatIsSilentAfterAPing() {
			heartbeat(30, 10).start();
			assertPings(39, 1);
			assertThat(this.peer.lost).isZero();
			assertPings(1, 1);
			assertThat(this.peer.lost).isOne();
			assertPings(1000, 1);
			assertThat(this.peer.lost).isOne();
		}

		@Test
		void doesNotCountWhatWasHeardBeforeThePing() {
			heartbeat(30, 10).start();
			assertPings(29, 0);
			this.peer.heard = true;
			assertPings(11, 1);
			assertThat(this.peer.lost).isOne();
		}

		@Test
		void countsWhateverIsHeardAfterThePing() {
			heartbeat(30, 10).start();
			assertPings(31, 1);
			this.peer.heard = true;
			assertPings(29, 2);
			assertThat(this.peer.lost).isZero();
			assertPings(10, 2);
			assertThat(this.peer.lost).isOne();
		}

		@Test
		void goesOnPingingDuringATimeoutThatIsLongerThanTheInterval() {
			heartbeat(10, 25).start();
			assertPings(10, 1);
			assertPings(10, 2);
			this.peer.heard = true;
			assertPings(15, 3);
			assertThat(this.peer.lost).isZero();
			// The next ping after the check at 35 s counts
			assertPings(29, 6);
			assertThat(this.peer.lost).isZero();
			assertPings(1, 6);
			assertThat(this.peer.lost).isOne();
		}

		@Test
		void stopsAndStartsAgain() {
			Heartbeat heartbeat = heartbeat(30, 10);
			heartbeat.start();
			assertPings(35, 1);
			heartbeat.stop();
			heartbeat.stop();
			assertPings(1000, 1);
			assertThat(this.peer.lost).isZero();
			heartbeat.start();
			heartbeat.start();
			assertPings(29, 1);
			assertPings(1, 2);
			assertPings(10, 2);
			assertThat(this.peer.lost).isOne();
			heartbeat.start();
			assertPings(30, 3);
		}

		@Test
		void doesNothingWithoutAnInterval() {
			heartbeat(0, 10).start();
			assertPings(1000, 0);
			assertThat(this.peer.lost).isZero();
		}

		private Heartbeat heartbeat(int interval, int timeout) {
			return new Heartbeat(this.channel.eventLoop(),
					new HeartbeatSettings(Duration.ofSeconds(interval), Duration.ofSeconds(timeout), false), this.peer);
		}

		private void assertPings(int seconds, int pings) {
			for (int i = 0; i < seconds; i++) {
				this.channel.advanceTimeBy(1, TimeUnit.SECONDS);
				this.channel.runScheduledPendingTasks();
			}
			assertThat(this.peer.pings).isEqualTo(pings);
		}

	}

	/**
	 * Virtual time that passes while nothing runs, as in a long garbage collection.
	 */
	@Nested
	class AfterAPause {

		private final MockTicker ticker = Ticker.newMockTicker();

		private final EmbeddedChannel channel = EmbeddedChannel.builder().ticker(this.ticker).build();

		private final FakePeer peer = new FakePeer();

		@BeforeEach
		void start() {
			new Heartbeat(this.channel.eventLoop(),
					new HeartbeatSettings(Duration.ofSeconds(30), Duration.ofSeconds(10), false), this.peer,
					this.ticker::nanoTime)
				.start();
			pass(30_000);
			assertThat(this.peer.pings).isOne();
		}

		@Test
		void givesThePeerAnotherTimeout() {
			pass(15_000);
			assertThat(this.peer.lost).isZero();
			this.peer.heard = true;
			pass(10_000);
			assertThat(this.peer.lost).isZero();
		}

		@Test
		void givesUpAPeerThatIsSilentInTheOtherTimeout() {
			pass(15_000);
			pass(9_999);
			assertThat(this.peer.lost).isZero();
			pass(1);
			assertThat(this.peer.lost).isOne();
		}

		@Test
		void toleratesAnEventLoopThatIsBusy() {
			pass(10_050);
			assertThat(this.peer.lost).isOne();
		}

		private void pass(long millis) {
			this.ticker.advanceMillis(millis);
			this.channel.runScheduledPendingTasks();
		}

	}

	private static final class FakePeer implements Heartbeat.Peer {

		private boolean answers;

		private boolean heard;

		private int pings;

		private int lost;

		@Override
		public void ping() {
			this.pings++;
			this.heard |= this.answers;
		}

		@Override
		public void listen() {
			this.heard = false;
		}

		@Override
		public boolean hasBeenHeard() {
			return this.heard;
		}

		@Override
		public void abort() {
			this.lost++;
		}

	}

	@Nested
	class OnTheWire {

		@RegisterExtension
		static final TestServers SERVERS = new TestServers(Handlers.class,
				"websocket.http2.heartbeat.interval=" + INTERVAL + "ms",
				"websocket.http2.heartbeat.timeout=" + INTERVAL + "ms");

		@BeforeEach
		void forget() {
			awaitNone(SERVERS.server(Transport.H2C), SERVERS.server(Transport.H2));
			Handlers.CLOSED.clear();
		}

		@ParameterizedTest
		@EnumSource(names = { "H2C", "H2" })
		void pingsOnceAConnectionWhateverTheNumberOfSessions(Transport transport) {
			try (Http2Client many = SERVERS.http2(transport);
					Http2Client one = SERVERS.http2(transport);
					Http2Client none = SERVERS.http2(transport)) {
				one.openWebSocket("/echo");
				for (int i = 0; i < 30; i++) {
					many.openWebSocket("/echo");
				}
				int before = many.receivedPings();
				long start = System.nanoTime();
				for (int i = 0; i < 4; i++) {
					many.awaitPing();
					one.awaitPing();
				}
				long intervals = Duration.ofNanos(System.nanoTime() - start).toMillis() / INTERVAL;
				assertThat(many.receivedPings() - before).isLessThanOrEqualTo((int) intervals + 2);
				assertThat(none.receivedPings()).isZero();
				assertThat(many.frames())
					.noneMatch((frame) -> frame.received() && frame.streamId() != 0 && frame.type().equals("DATA"));
			}
		}

		@ParameterizedTest
		@EnumSource(names = { "H2C", "H2" })
		void doesNotPingBeyondTheLastSession(Transport transport) {
			try (Http2Client client = SERVERS.http2(transport); Http2Client other = SERVERS.http2(transport)) {
				WebSocketStream socket = client.openWebSocket("/echo");
				client.awaitPing();
				socket.sendClose(1000, "");
				socket.awaitClose();
				socket.awaitEndOfBytes();
				socket.endStream();
				client.barrier();
				int pings = client.receivedPings();
				other.openWebSocket("/echo");
				awaitPings(other, 4);
				client.barrier();
				assertThat(client.receivedPings()).isEqualTo(pings);
				// And again for the next
				client.openWebSocket("/echo");
				awaitPings(client, 2);
			}
		}

		@ParameterizedTest
		@CsvSource({ "H2C, false", "H2C, true", "H2, false", "H2, true" })
		void endsAllSessionsOfADeadPeer(Transport transport, boolean hangs) {
			Http2Client client = client(transport).autoAckPing(false).connect();
			SessionRegistry sessions = SERVERS.server(transport).bean(SessionRegistry.class);
			for (int i = 0; i < 5; i++) {
				client.openWebSocket("/echo");
			}
			client.openWebSocket("/stalled");
			assertThat(sessions.getCount()).isEqualTo(6);
			client.reading(!hangs);
			await().until(() -> sessions.getCount() == 0 && sessions.getBudget().getUsed() == 0);
			await().until(() -> Handlers.CLOSED.size() == 6);
			assertThat(Handlers.CLOSED).containsOnly(CloseStatus.NO_CLOSE_FRAME);
			client.reading(true);
			client.awaitClosed();
		}

		/**
		 * The peer hangs while the server has much to send, so that the socket is full.
		 */
		@ParameterizedTest
		@EnumSource
		void endsTheSessionsOfAPeerThatHangsInTheMiddleOfAFlood(Transport transport) {
			SessionRegistry sessions = SERVERS.server(transport).bean(SessionRegistry.class);
			try (LogCapture log = LogCapture.start()) {
				if (transport.isHttp2()) {
					Http2Client client = client(transport).connectionWindowIncrement(64 * 1024 * 1024)
						.initialWindowSize(64 * 1024 * 1024)
						.connect();
					client.openWebSocket("/flood");
					client.reading(false);
					await().until(() -> sessions.getCount() == 0);
					client.reading(true);
					client.abort();
				}
				else {
					WebSocketConnection connection = SERVERS.connect(transport);
					connection.open("/flood");
					await().until(() -> sessions.getCount() == 0);
					connection.abort();
				}
				await().until(() -> Handlers.CLOSED.size() == 1);
				assertThat(Handlers.CLOSED).containsExactly(CloseStatus.NO_CLOSE_FRAME);
				log.assertNothingAbove(Level.DEBUG);
			}
		}

		@ParameterizedTest
		@EnumSource(names = { "H1", "H1_TLS" })
		void endsTheSessionOfADeadPeerOverHttp1(Transport transport) {
			try (WebSocketConnection connection = SERVERS.connect(transport)) {
				WebSocketStream socket = connection.open("/echo");
				socket.awaitPing();
				assertThat(socket.awaitEndOfBytes().kind()).isIn(EndOfBytes.Kind.TCP_CLOSED, EndOfBytes.Kind.TCP_RESET);
				await().until(() -> Handlers.CLOSED.size() == 1);
				assertThat(Handlers.CLOSED).containsExactly(CloseStatus.NO_CLOSE_FRAME);
			}
		}

		@ParameterizedTest
		@EnumSource(names = { "H1", "H1_TLS" })
		void keepsAPeerThatAnswersOverHttp1(Transport transport) {
			try (WebSocketConnection connection = SERVERS.connect(transport)) {
				WebSocketStream socket = connection.open("/pongs");
				for (int i = 0; i < 4; i++) {
					socket.sendPong(socket.awaitPing());
				}
				// The answers are not for the handler
				socket.sendPong("unasked for");
				assertThat(socket.awaitText()).isEqualTo("unasked for");
			}
		}

		@ParameterizedTest
		@EnumSource(names = { "H2C", "H2" })
		void keepsAPeerThatSendsDataAndNoAcknowledgements(Transport transport) {
			try (Http2Client client = client(transport).autoAckPing(false).connect()) {
				WebSocketStream socket = client.openWebSocket("/echo");
				for (int i = 0; i < 5; i++) {
					client.awaitPing();
					socket.sendText("alive " + i);
					assertThat(socket.awaitText()).isEqualTo("alive " + i);
				}
			}
		}

		@ParameterizedTest
		@EnumSource(names = { "H1", "H1_TLS" })
		void keepsAPeerThatSendsDataAndNoPongs(Transport transport) {
			try (WebSocketConnection connection = SERVERS.connect(transport)) {
				WebSocketStream socket = connection.open("/sink");
				for (int i = 0; i < 5; i++) {
					socket.awaitPing();
					socket.sendText("alive " + i);
				}
			}
		}

		/**
		 * Whose peer's pongs come behind messages that it does not read.
		 */
		@ParameterizedTest
		@EnumSource(names = { "H1", "H1_TLS" })
		void doesNotTakeAStalledHandlerForADeadPeer(Transport transport) {
			try (WebSocketConnection connection = SERVERS.connect(transport)) {
				WebSocketStream socket = connection.open("/stalled");
				socket.sendText("one that waits");
				socket.sendText("another");
				for (int i = 0; i < 6; i++) {
					socket.sendPong(socket.awaitPing());
				}
				assertThat(SERVERS.server(transport).bean(SessionRegistry.class).getCount()).isOne();
			}
		}

		@ParameterizedTest
		@EnumSource(names = { "H1", "H1_TLS" })
		void endsTheSessionOfADeadPeerWhoseMessagesAreNotRead(Transport transport) {
			try (WebSocketConnection connection = SERVERS.connect(transport)) {
				WebSocketStream socket = connection.open("/stalled");
				socket.sendText("one that waits");
				socket.sendBinary(new byte[20_000]);
				await().until(() -> SERVERS.server(transport).bean(SessionRegistry.class).getCount() == 0);
				await().until(() -> Handlers.CLOSED.size() == 1);
				assertThat(Handlers.CLOSED).containsExactly(CloseStatus.NO_CLOSE_FRAME);
			}
		}

		/**
		 * What has been read ahead comes in order when the handler reads, and is little:
		 * the peer of a handler that does not read is held up.
		 */
		@ParameterizedTest
		@EnumSource(names = { "H1", "H1_TLS" })
		void holdsUpAPeerWhoseMessagesAreNotRead(Transport transport) {
			int count = 300;
			// Tracking every octet that is unmasked takes longer than all the rest
			ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
			Handlers.READ.set(0);
			Handlers.GO_ON = Sinks.empty();
			try (WebSocketConnection connection = SERVERS.connect(transport)) {
				WebSocketStream socket = connection.open("/late");
				CompletableFuture<?> sent = null;
				for (int i = 0; i < count; i++) {
					sent = socket.sendBinary(ByteBuffer.allocate(60_000).putInt(i).array());
				}
				for (int i = 0; i < 6; i++) {
					socket.awaitPing();
				}
				assertThat(sent).isNotDone();
				Handlers.GO_ON.tryEmitEmpty();
				await().untilAsserted(() -> assertThat(Handlers.READ).hasValue(count));
			}
			finally {
				ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
			}
		}

		@ParameterizedTest
		@EnumSource(names = { "H2C", "H2" })
		void doesNotTakeStalledHandlersForADeadPeerOverHttp2(Transport transport) {
			try (Http2Client client = SERVERS.http2(transport)) {
				WebSocketStream socket = client.openWebSocket("/stalled");
				socket.sendBinary(new byte[60_000]);
				for (int i = 0; i < 10; i++) {
					socket.sendBinary(new byte[60_000]);
				}
				awaitPings(client, 5);
				assertThat(SERVERS.server(transport).bean(SessionRegistry.class).getCount()).isOne();
			}
		}

		private Http2Client.Builder client(Transport transport) {
			Http2Client.Builder builder = Http2Client.builder(SERVERS.server(transport).port());
			return (transport.isTls()) ? builder.tls() : builder;
		}

	}

	/**
	 * A ping waits behind what was written before it, for longer than a peer has to
	 * answer it.
	 */
	@Nested
	class BehindASlowLink {

		private static final int BYTES_PER_SECOND = 25_000;

		private static final int BYTES = 5 * BYTES_PER_SECOND;

		@RegisterExtension
		static final TestServers SERVERS = new TestServers(Handlers.class, "websocket.http2.heartbeat.interval=1s",
				"websocket.http2.heartbeat.timeout=1s");

		@ParameterizedTest
		@CsvSource({ "H1, /flood", "H1_TLS, /flood", "H2C, /flood", "H2, /flood", "H1, /burst", "H1_TLS, /burst",
				"H2C, /burst", "H2, /burst" })
		void keepsAPeerThatReads(Transport transport, String path) {
			TestServer server = SERVERS.server(transport);
			SessionRegistry sessions = server.bean(SessionRegistry.class);
			awaitNone(server);
			try (TcpRelay relay = TcpRelay.slow(server.port(), BYTES_PER_SECOND);
					WebSocketConnection connection = transport.connect(relay.port())) {
				WebSocketStream socket = connection.open(path);
				int received = 0;
				while (received < BYTES) {
					Frame frame = socket.awaitFrame();
					if (frame.opcode() == Frame.PING) {
						socket.sendPong(frame.text());
					}
					received += frame.payload().length;
				}
				assertThat(sessions.getCount()).isOne();
				connection.abort();
			}
			awaitNone(server);
		}

	}

	@Nested
	class OfSessions {

		@RegisterExtension
		static final TestServers SERVERS = new TestServers(Handlers.class,
				"websocket.http2.heartbeat.interval=" + INTERVAL + "ms",
				"websocket.http2.heartbeat.timeout=" + INTERVAL + "ms", "websocket.http2.heartbeat.session-ping=true");

		@ParameterizedTest
		@EnumSource
		void pingsEachSessionAndKeepsTheAnswersFromTheHandler(Transport transport) {
			try (WebSocketConnection connection = SERVERS.connect(transport)) {
				WebSocketStream socket = connection.open("/pongs");
				for (int i = 0; i < 3; i++) {
					socket.sendPong(socket.awaitPing());
				}
				socket.sendPong("unasked for");
				assertThat(socket.awaitText()).isEqualTo("unasked for");
			}
		}

		@Test
		void endsOnlyTheSessionWhosePeerIsGone() {
			awaitNone(SERVERS.server(Transport.H2C));
			Handlers.CLOSED.clear();
			try (Http2Client proxy = SERVERS.http2(Transport.H2C)) {
				WebSocketStream alive = proxy.openWebSocket("/pongs");
				WebSocketStream gone = proxy.openWebSocket("/echo");
				gone.awaitPing();
				alive.sendPong(alive.awaitPing());
				assertThat(gone.stream().awaitReset()).isEqualTo(Http2Error.CANCEL);
				await().until(() -> Handlers.CLOSED.size() == 1);
				assertThat(Handlers.CLOSED).containsExactly(CloseStatus.NO_CLOSE_FRAME);
				for (int i = 0; i < 3; i++) {
					alive.sendPong(alive.awaitPing());
				}
			}
		}

	}

	@Nested
	class IdleTimeouts {

		private static final int IDLE = 300;

		@RegisterExtension
		static final TestServers SERVERS = new TestServers(Handlers.class, "server.netty.idle-timeout=" + IDLE + "ms");

		@ParameterizedTest
		@EnumSource(names = { "H2C", "H2" })
		void leavesAConnectionAloneAsLongAsItHasSessions(Transport transport) {
			try (Http2Client client = SERVERS.http2(transport)) {
				WebSocketStream first = client.openWebSocket("/echo");
				WebSocketStream second = client.openWebSocket("/echo");
				// Closed when the idle timeout has passed
				SERVERS.http2(transport).awaitClosed();
				close(first);
				SERVERS.http2(transport).awaitClosed();
				second.sendText("hello");
				assertThat(second.awaitText()).isEqualTo("hello");
				assertThat(client.goAways()).isEmpty();
				WebSocketStream third = client.openWebSocket("/echo");
				close(second);
				close(third);
				long start = System.nanoTime();
				client.awaitClosed();
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(IDLE / 2),
						Duration.ofSeconds(5));
			}
		}

		@ParameterizedTest
		@EnumSource(names = { "H1", "H1_TLS" })
		void leavesASessionOverHttp1Alone(Transport transport) {
			Transport http2 = (transport.isTls()) ? Transport.H2 : Transport.H2C;
			SERVERS.server(transport);
			try (LogCapture log = LogCapture.start(); WebSocketConnection connection = SERVERS.connect(transport)) {
				WebSocketStream socket = connection.open("/echo");
				// Closed when the idle timeout has passed
				SERVERS.http2(http2).awaitClosed();
				SERVERS.http2(http2).awaitClosed();
				socket.sendText("hello");
				assertThat(socket.awaitText()).isEqualTo("hello");
				log.assertNothingAbove(Level.INFO);
			}
		}

		private void close(WebSocketStream socket) {
			socket.sendClose(1000, "");
			assertThat(socket.awaitClose().code()).isEqualTo(1000);
			socket.awaitEndOfBytes();
			socket.endStream();
		}

	}

	/**
	 * As a user may have set it: an idle connection is asked before it is closed.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void idleConnectionIsStillPingedAfterItsSessions(Transport transport) {
		try (TestServer server = TestServer.start(transport, PingAckTimeout.class, "server.netty.idle-timeout=200ms");
				Http2Client client = server.http2()) {
			awaitPings(client, 1);
			WebSocketStream socket = client.openWebSocket("/echo");
			socket.sendClose(1000, "");
			assertThat(socket.awaitClose().code()).isEqualTo(1000);
			socket.awaitEndOfBytes();
			socket.endStream();
			awaitPings(client, 3);
			client.autoAckPing(false);
			client.awaitClosed();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "H1", "H2C" })
	void zeroSwitchesItOff(Transport transport) {
		try (TestServer server = TestServer.start(transport, Handlers.class, "websocket.http2.heartbeat.interval=0s",
				"websocket.http2.heartbeat.timeout=100ms", "server.netty.idle-timeout=200ms");
				WebSocketConnection connection = server.connect()) {
			WebSocketStream socket = connection.open("/echo");
			server.http2().awaitClosed();
			server.http2().awaitClosed();
			socket.sendText("hello");
			assertThat(socket.awaitText()).isEqualTo("hello");
		}
	}

	private static void awaitNone(TestServer... servers) {
		for (TestServer server : servers) {
			SessionRegistry sessions = server.bean(SessionRegistry.class);
			await().until(() -> sessions.getCount() == 0);
		}
	}

	private static void awaitPings(Http2Client client, int count) {
		for (int i = 0; i < count; i++) {
			client.awaitPing();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Handlers.class)
	static class PingAckTimeout {

		@Bean
		NettyServerCustomizer pingAckTimeout() {
			return (server) -> server.http2Settings((settings) -> settings.pingAckTimeout(Duration.ofSeconds(1)));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		static final List<CloseStatus> CLOSED = Collections.synchronizedList(new ArrayList<>());

		static final AtomicInteger READ = new AtomicInteger();

		static Sinks.Empty<Void> GO_ON = Sinks.empty();

		@Bean
		@WebSocketMapping("/echo")
		WebSocketHandler echo() {
			return (session) -> {
				session.closeStatus().subscribe(CLOSED::add);
				return session.send(session.receive().doOnNext(WebSocketMessage::retain));
			};
		}

		@Bean
		@WebSocketMapping("/sink")
		WebSocketHandler sink() {
			return (session) -> session.receive().then();
		}

		@Bean
		@WebSocketMapping("/stalled")
		WebSocketHandler stalled() {
			return (session) -> session.closeStatus().doOnNext(CLOSED::add).then();
		}

		@Bean
		@WebSocketMapping("/flood")
		WebSocketHandler flood() {
			return (session) -> {
				session.closeStatus().subscribe(CLOSED::add);
				return session
					.send(Flux
						.<WebSocketMessage>generate(
								(sink) -> sink.next(session.binaryMessage((factory) -> factory.wrap(new byte[60_000]))))
						.takeUntilOther(session.closeStatus()))
					.and(session.receive());
			};
		}

		/**
		 * Less than the kernel takes at once, and more than a slow link.
		 */
		@Bean
		@WebSocketMapping("/burst")
		WebSocketHandler burst() {
			return (session) -> session
				.send(Flux.range(0, 20).map((i) -> session.binaryMessage((factory) -> factory.wrap(new byte[10_000]))))
				.and(session.receive());
		}

		/**
		 * Reads when it is told to.
		 */
		@Bean
		@WebSocketMapping("/late")
		WebSocketHandler late() {
			return (session) -> GO_ON.asMono().thenMany(session.receive()).doOnNext((message) -> {
				DataBuffer payload = message.getPayload();
				ByteBuffer bytes = ByteBuffer.allocate(payload.readableByteCount());
				payload.toByteBuffer(bytes);
				READ.compareAndSet(bytes.getInt(0), bytes.getInt(0) + 1);
			}).then();
		}

		/**
		 * Says what was in a pong.
		 */
		@Bean
		@WebSocketMapping("/pongs")
		WebSocketHandler pongs() {
			return (session) -> session.send(session.receive()
				.concatMap((message) -> Mono.just(session.textMessage(message.getPayloadAsText()))));
		}

	}

}
