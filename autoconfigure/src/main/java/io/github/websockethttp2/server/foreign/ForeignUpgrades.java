package io.github.websockethttp2.server.foreign;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.github.websockethttp2.server.http2.Http2ServerConnection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http2.Http2StreamChannel;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.channel.ChannelOperations;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * WebSockets that Reactor Netty opens itself, bypassing {@code StreamUpgrade}: those of
 * RSocket, of Reactor Netty's routes, and of applications with their own upgrades. They
 * are not our sessions, but they must not become a loophole: the policy is asked, the
 * stream's slot becomes free again, and a shutdown tells the peer. Thread-safe.
 */
public final class ForeignUpgrades implements ForeignDoor {

	private static final int GOING_AWAY = 1001;

	private final ForeignUpgradePolicy policy;

	private final Set<Channel> open = ConcurrentHashMap.newKeySet();

	private volatile boolean draining;

	/**
	 * Create the upgrades.
	 * @param policy decides which WebSockets may open
	 */
	public ForeignUpgrades(ForeignUpgradePolicy policy) {
		this.policy = policy;
	}

	/**
	 * Watches a request if it is a handshake. Must be called for each request, on its
	 * event loop and before it is handled.
	 * @param connection the connection or stream of the request
	 */
	public void watch(Connection connection) {
		if (connection instanceof HttpServerRequest request && connection instanceof HttpServerResponse response) {
			Channel channel = connection.channel();
			if (channel instanceof Http2StreamChannel stream) {
				Http2ServerConnection serverConnection = (HttpMethod.CONNECT.equals(request.method()))
						? Http2ServerConnection.of(stream) : null;
				if (serverConnection != null && serverConnection.isHandshake(stream.stream().id())) {
					channel.pipeline().addFirst(new ForeignHandshake(this, request, response, serverConnection));
				}
			}
			else if (request.requestHeaders().contains(HttpHeaderNames.UPGRADE)) {
				withdraw(channel.pipeline());
				ChannelHandlerContext codec = channel.pipeline().context(HttpServerCodec.class);
				channel.pipeline().addAfter(codec.name(), null, new ForeignHandshake(this, request, response, null));
			}
		}
	}

	/**
	 * Stops watching a handshake, since it is ours.
	 * @param pipeline the pipeline of the handshake's channel
	 */
	public static void withdraw(ChannelPipeline pipeline) {
		if (pipeline.context(ForeignHandshake.class) != null) {
			pipeline.remove(ForeignHandshake.class);
		}
	}

	/**
	 * Allows a handshake without asking the policy, which does not see the exchange.
	 * @param response the response to the handshake
	 */
	public static void allow(HttpServerResponse response) {
		find(response, ForeignHandshake::allow);
	}

	/**
	 * Tells a listener how a handshake is decided, in place of the policy. It is not
	 * called if the handshake turns out to be ours, or is answered without an upgrade.
	 * @param response the response to the handshake
	 * @param listener gets the status of the refusal, or {@code null} if the WebSocket
	 * opens
	 */
	public static void onDecision(HttpServerResponse response, Consumer<@Nullable HttpResponseStatus> listener) {
		find(response, (handshake) -> handshake.onDecision(listener));
	}

	private static void find(HttpServerResponse response, Consumer<ForeignHandshake> found) {
		response.withConnection((connection) -> {
			ForeignHandshake handshake = connection.channel().pipeline().get(ForeignHandshake.class);
			if (handshake != null) {
				found.accept(handshake);
			}
		});
	}

	@Override
	public @Nullable HttpResponseStatus refusal(HttpServerRequest request, HttpServerResponse response,
			boolean allowed) {
		if (this.draining) {
			return HttpResponseStatus.SERVICE_UNAVAILABLE;
		}
		return (allowed || this.policy.mayOpen(request, response)) ? null : HttpResponseStatus.FORBIDDEN;
	}

	@Override
	public void decided(HttpServerRequest request, @Nullable HttpResponseStatus refusal) {
		this.policy.decided(request, refusal);
	}

	@Override
	public void opened(Channel channel) {
		this.open.add(channel);
		channel.closeFuture().addListener((closed) -> this.open.remove(channel));
		if (this.draining) {
			goAway(channel).subscribe();
		}
	}

	/**
	 * Returns how many of these WebSockets are open.
	 * @return the number
	 */
	public int getCount() {
		return this.open.size();
	}

	/**
	 * Lets WebSockets open again.
	 */
	public void start() {
		this.draining = false;
	}

	/**
	 * Tells every peer that the server is shutting down, and lets no more WebSockets
	 * open.
	 * @return completes when all peers have been told
	 */
	public Mono<Void> goAway() {
		return Mono.defer(() -> {
			this.draining = true;
			return Flux.fromIterable(this.open).flatMap(ForeignUpgrades::goAway, Integer.MAX_VALUE).then();
		});
	}

	private static Mono<Void> goAway(Channel channel) {
		return Mono.defer(() -> {
			Object operations = ChannelOperations.get(channel);
			return (operations instanceof WebsocketOutbound outbound) ? outbound.sendClose(GOING_AWAY, "")
					: Mono.empty();
		}).subscribeOn(Schedulers.fromExecutor(channel.eventLoop())).onErrorComplete();
	}

}
