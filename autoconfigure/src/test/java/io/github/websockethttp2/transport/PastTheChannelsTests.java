package io.github.websockethttp2.transport;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.websockethttp2.client.Http2WebSocketClient;
import io.github.websockethttp2.testsupport.EchoHandlers;
import io.github.websockethttp2.testsupport.SessionChannels;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * DATA of a session is no object of Netty's, and costs no turn of its stream's channel.
 */
class PastTheChannelsTests {

	private static final List<String> MESSAGES = List.of("a", "b".repeat(10_000), "c".repeat(60_000), "d");

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(EchoHandlers.class);

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void onlyTheEndOfStreamPassesThroughTheChannels(Transport transport) {
		TestServer server = SERVERS.server(transport);
		WebSocketSession session = open(transport, server);
		DataWatch client = DataWatch.install(SessionChannels.of(session));
		DataWatch there = DataWatch.install(SessionChannels.of(server.awaitSessions(1)));
		Flux<String> echoes = session.send(Flux.fromIterable(MESSAGES).map(session::textMessage))
			.thenMany(session.receive().map(WebSocketMessage::getPayloadAsText).take(MESSAGES.size()));
		StepVerifier.create(echoes).expectNextSequence(MESSAGES).verifyComplete();
		assertThat(client.seen).isEmpty();
		assertThat(there.seen).isEmpty();
		session.close().block(Waiting.TIMEOUT);
		server.awaitNoSessions();
		// The watches do see what comes by
		for (DataWatch watch : List.of(client, there)) {
			await().untilAsserted(() -> assertThat(watch.seen).contains("read by connection: end",
					"written by stream: end", "written by connection: end"));
			assertThat(watch.seen).allMatch((frame) -> frame.endsWith(": end"));
		}
	}

	private static WebSocketSession open(Transport transport, TestServer server) {
		Http2WebSocketClient client = Http2WebSocketClient.builder()
			.tls((context) -> context.trustManager(InsecureTrustManagerFactory.INSTANCE))
			.priorKnowledge(!transport.isTls())
			.build();
		CompletableFuture<WebSocketSession> opened = new CompletableFuture<>();
		client.execute(transport.url(server.port(), "/echo"), (session) -> {
			opened.complete(session);
			return session.closeStatus().then();
		}).onErrorResume((error) -> Mono.fromRunnable(() -> opened.completeExceptionally(error))).subscribe();
		return Waiting.join(opened);
	}

	/**
	 * Sees the DATA frames that pass through the channel of a stream, and those that pass
	 * through its connection behind the frame codec.
	 */
	private static final class DataWatch {

		private final List<String> seen = new CopyOnWriteArrayList<>();

		/**
		 * Installs the watches in front of all other handlers that get frames.
		 * @param stream the channel of a stream
		 */
		static DataWatch install(Channel stream) {
			DataWatch watch = new DataWatch();
			Waiting.join(stream.eventLoop().submit(() -> {
				ChannelPipeline connection = stream.parent().pipeline();
				String codec = connection.context(Http2FrameCodec.class).name();
				connection.addAfter(codec, null, watch.handler("connection"));
				stream.pipeline().addFirst(watch.handler("stream"));
			}));
			return watch;
		}

		private ChannelDuplexHandler handler(String place) {
			return new ChannelDuplexHandler() {

				@Override
				public void channelRead(ChannelHandlerContext ctx, Object message) {
					see("read by ", message);
					ctx.fireChannelRead(message);
				}

				@Override
				public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
					see("written by ", message);
					ctx.write(message, promise);
				}

				private void see(String what, Object message) {
					if (message instanceof Http2DataFrame frame) {
						DataWatch.this.seen.add(what + place + ((frame.isEndStream()) ? ": end" : ": DATA"));
					}
				}

			};
		}

	}

}
