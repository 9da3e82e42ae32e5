package io.github.websockethttp2.client;

import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.tcp.TcpClient;

/**
 * Makes TCP connections, with TLS where the endpoint has it. Safe for use from any
 * thread.
 */
final class Connector {

	private final TcpClient tcp;

	private final TlsContexts tls;

	Connector(TcpClient tcp, TlsContexts tls, ClientSettings settings) {
		this.tcp = tcp
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(settings.connectTimeout().toMillis()))
			.option(ChannelOption.TCP_NODELAY, true)
			.doOnChannelInit((observer, channel, address) -> EarlyBytes.keep(channel.pipeline()));
		this.tls = tls;
	}

	/**
	 * Connects.
	 * @param endpoint where to
	 * @param mayBeHttp2 whether ALPN offers HTTP/2 before HTTP/1.1, or HTTP/1.1 alone
	 * @return the connection, with TLS set up
	 */
	Mono<? extends Connection> connect(Endpoint endpoint, boolean mayBeHttp2) {
		return Mono.defer(() -> {
			TcpClient client = this.tcp.host(endpoint.host()).port(endpoint.port());
			if (!endpoint.secure()) {
				return client.connect();
			}
			SslContext context = this.tls.get(mayBeHttp2);
			return client.secure((spec) -> spec.sslContext(context)).connect();
		});
	}

}
