package io.github.websockethttp2.channel;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.testsupport.Close;
import io.github.websockethttp2.testsupport.EchoHandlers;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link TrafficLog}.
 */
class TrafficLogTests {

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(EchoHandlers.class);

	@ParameterizedTest
	@EnumSource(Transport.class)
	void framesAreLoggedBothWays(Transport transport) {
		SERVERS.server(transport);
		try (LogCapture log = LogCapture.start(TrafficLog.CATEGORY, Level.TRACE);
				WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream stream = connection.open("/echo");
			stream.sendText("hello");
			assertThat(stream.awaitText()).isEqualTo("hello");
			stream.sendPing("1");
			assertThat(stream.awaitPong()).isEqualTo("1");
			stream.sendClose(1000, "bye");
			assertThat(stream.awaitClose()).isEqualTo(new Close(1000, ""));
			await().until(() -> lines(log).size() >= 6);
			assertThat(lines(log)).allSatisfy((line) -> assertThat(line).startsWith("Session "))
				.extracting((line) -> line.replaceFirst("Session [^ ]* ", ""))
				.containsExactly("received Text, 5 bytes: \"hello\"", "sent Text, 5 bytes: \"hello\"",
						"received Ping, 1 byte: 31", "sent Pong, 1 byte: 31", "received Close, 5 bytes: 1000 \"bye\"",
						"sent Close, 2 bytes: 1000 \"\"");
		}
		SERVERS.awaitNoSessions();
	}

	/**
	 * A message costs nothing then.
	 */
	@ParameterizedTest
	@EnumSource(Transport.class)
	void sessionThatOpensWhileTheLogIsOffIsNotLogged(Transport transport) {
		SERVERS.server(transport);
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream stream = connection.open("/echo");
			stream.sendText("hello");
			assertThat(stream.awaitText()).isEqualTo("hello");
			try (LogCapture log = LogCapture.start(TrafficLog.CATEGORY, Level.TRACE)) {
				stream.sendText("hello");
				assertThat(stream.awaitText()).isEqualTo("hello");
				assertThat(lines(log)).isEmpty();
			}
		}
		SERVERS.awaitNoSessions();
	}

	private static List<String> lines(LogCapture log) {
		return log.events()
			.stream()
			.filter((event) -> event.getLoggerName().equals(TrafficLog.CATEGORY))
			.map((event) -> event.getFormattedMessage())
			.toList();
	}

	@Nested
	class InAPipeline {

		private final AtomicLong nanoTime = new AtomicLong();

		private final EmbeddedChannel channel = new EmbeddedChannel(new TrafficLog("id", this.nanoTime::get));

		@Test
		void payloadIsCutAndPrintable() {
			try (LogCapture log = LogCapture.start(TrafficLog.CATEGORY, Level.TRACE)) {
				pass(new TextWebSocketFrame("a\r\nb\u001b[31m é中"));
				pass(new TextWebSocketFrame("x".repeat(1000)));
				pass(new TextWebSocketFrame("中".repeat(1000)));
				pass(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[1000])));
				pass(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[] { 1, -1 })));
				pass(new TextWebSocketFrame(false, 0, "begin"));
				pass(new ContinuationWebSocketFrame(true, 0, Unpooled.EMPTY_BUFFER));
				pass(new CloseWebSocketFrame());
				pass(new PingWebSocketFrame(Unpooled.copiedBuffer("\n", StandardCharsets.UTF_8)));
				assertThat(lines(log)).extracting((line) -> line.substring("Session id received ".length()))
					.containsExactly("Text, 15 bytes: \"a??b?[31m é中\"",
							"Text, 1000 bytes: \"" + "x".repeat(64) + "...\"",
							"Text, 3000 bytes: \"" + "中".repeat(64) + "...\"",
							"Binary, 1000 bytes: " + "00".repeat(32) + "...", "Binary, 2 bytes: 01ff",
							"Text, not final, 5 bytes: \"begin\"", "Continuation, 0 bytes", "Close, 0 bytes",
							"Ping, 1 byte: 0a");
			}
		}

		@Test
		void sessionWritesAHundredLinesInASecondAndHowManyMoreThereWere() {
			try (LogCapture log = LogCapture.start(TrafficLog.CATEGORY, Level.TRACE)) {
				for (int i = 0; i < 1000; i++) {
					pass(new TextWebSocketFrame("x"));
				}
				assertThat(lines(log)).hasSize(100);
				this.nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
				pass(new TextWebSocketFrame("y"));
				assertThat(lines(log)).hasSize(102)
					.endsWith("Session id: 900 more frames", "Session id received Text, 1 byte: \"y\"");
				for (int i = 0; i < 150; i++) {
					pass(new TextWebSocketFrame("x"));
				}
				this.channel.close();
				assertThat(lines(log)).hasSize(202).endsWith("Session id: 51 more frames");
			}
		}

		@Test
		void messageThatIsReleasedAlreadyIsPassedOn() {
			TextWebSocketFrame frame = new TextWebSocketFrame(Unpooled.buffer().writeByte('x'));
			frame.release();
			try (LogCapture log = LogCapture.start(TrafficLog.CATEGORY, Level.TRACE)) {
				this.channel.write(frame);
				assertThat(lines(log)).containsExactly("Session id sent Text, released");
			}
		}

		private void pass(WebSocketFrame frame) {
			this.channel.writeInbound(frame);
			WebSocketFrame passed = this.channel.readInbound();
			assertThat(passed).isSameAs(frame);
			passed.release();
		}

	}

}
