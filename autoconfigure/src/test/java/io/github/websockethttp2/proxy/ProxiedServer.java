package io.github.websockethttp2.proxy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.testsupport.Close;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import reactor.core.publisher.Flux;

import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * An application behind a proxy, and what it sees of the proxy.
 */
@Configuration(proxyBeanMethods = false)
class ProxiedServer {

	/** Echoes messages. */
	static final String ECHO = "/echo";

	/** Echoes one message and completes. */
	static final String COMPLETE = "/complete";

	/** Echoes one message and closes the session. */
	static final String CLOSE = "/close";

	/** What {@link #CLOSE} closes with. */
	static final Close CLOSED = new Close(4000, "enough");

	@Bean
	Seen seen() {
		return new Seen();
	}

	@Bean
	HandlerMapping mapping(Seen seen) {
		CloseStatus status = new CloseStatus(CLOSED.code(), CLOSED.reason());
		Map<String, WebSocketHandler> handlers = Map.of(ECHO, (session) -> session.send(echo(session)), COMPLETE,
				(session) -> session.send(echo(session).take(1)), CLOSE,
				(session) -> session.send(echo(session).take(1)).then(session.close(status)));
		return new SimpleUrlHandlerMapping(handlers.entrySet()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, (entry) -> seen.watch(entry.getValue()))), -1);
	}

	private static Flux<WebSocketMessage> echo(WebSocketSession session) {
		return session.receive().doOnNext(WebSocketMessage::retain);
	}

	@Bean
	NettyServerCustomizer connectionWatch(Seen seen) {
		return (server) -> server
			.doOnChannelInit((observer, channel, address) -> channel.pipeline().addFirst(new ConnectionWatch(seen)));
	}

	/**
	 * What the server sees.
	 */
	static final class Seen {

		/** The server sent GOAWAY. */
		static final String SENT = "sent";

		/** The proxy sent GOAWAY with an error, and not because it needs it no more. */
		static final String RECEIVED_ERROR = "received with an error";

		/** The proxy sent GOAWAY because it does not need the connection any more. */
		private static final String RECEIVED = "received";

		private final Queue<WebSocketTransport> sessions = new ConcurrentLinkedQueue<>();

		private final Queue<Integer> closeStatuses = new ConcurrentLinkedQueue<>();

		private final Queue<String> goAways = new ConcurrentLinkedQueue<>();

		private WebSocketHandler watch(WebSocketHandler handler) {
			return (session) -> {
				this.sessions.add(WebSocketTransport.of(session));
				session.closeStatus().subscribe((status) -> this.closeStatuses.add(status.getCode()));
				return handler.handle(session);
			};
		}

		/**
		 * Returns the connections that have carried sessions so far.
		 * @return the number of sessions by connection
		 */
		Map<String, Integer> connectionIds() {
			return count(this.sessions.stream().map(WebSocketTransport::connectionId).toList());
		}

		/**
		 * Returns how many sessions have come over a transport so far.
		 * @return the number of sessions by protocol
		 */
		Map<WebSocketTransport.Protocol, Integer> protocols() {
			return count(this.sessions.stream().map(WebSocketTransport::protocol).toList());
		}

		/**
		 * Returns how sessions have ended so far.
		 * @return the number of sessions by close status
		 */
		Map<Integer, Integer> closeStatuses() {
			return count(List.copyOf(this.closeStatuses));
		}

		/**
		 * Returns the GOAWAY frames so far, of either side.
		 * @return whose each was
		 */
		List<String> goAways() {
			return List.copyOf(this.goAways);
		}

		private static <T> Map<T, Integer> count(List<T> values) {
			Map<T, Integer> counts = new HashMap<>();
			values.forEach((value) -> counts.merge(value, 1, Integer::sum));
			return counts;
		}

	}

	/**
	 * Watches a connection for GOAWAY as soon as it speaks HTTP/2.
	 */
	private static final class ConnectionWatch extends ChannelInboundHandlerAdapter {

		private final Seen seen;

		ConnectionWatch(Seen seen) {
			this.seen = seen;
		}

		@Override
		public void channelReadComplete(ChannelHandlerContext ctx) {
			Http2FrameCodec codec = ctx.pipeline().get(Http2FrameCodec.class);
			if (codec != null) {
				ctx.pipeline().remove(this);
				watch(codec.connection());
			}
			ctx.fireChannelReadComplete();
		}

		private void watch(Http2Connection connection) {
			Queue<String> goAways = this.seen.goAways;
			connection.addListener(new Http2ConnectionAdapter() {

				@Override
				public void onGoAwaySent(int lastStreamId, long errorCode, ByteBuf debugData) {
					goAways.add(Seen.SENT);
				}

				@Override
				public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
					goAways.add((errorCode != Http2Error.NO_ERROR.code()) ? Seen.RECEIVED_ERROR : Seen.RECEIVED);
				}

			});
		}

	}

}
