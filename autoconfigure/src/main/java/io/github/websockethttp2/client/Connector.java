package io.github.websockethttp2.client;

import java.util.function.Consumer;

import javax.net.ssl.SSLException;

import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.tcp.TcpClient;

/**
 * Makes TCP connections, with TLS where the endpoint has it. Safe for use from any
 * thread.
 */
final class Connector {

	private final TcpClient tcp;

	private final Consumer<SslContextBuilder> tls;

	private @Nullable SslContext http2;

	private @Nullable SslContext http1;

	Connector(TcpClient tcp, Consumer<SslContextBuilder> tls, ClientSettings settings) {
		this.tcp = tcp
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(settings.connectTimeout().toMillis()))
			.option(ChannelOption.TCP_NODELAY, true);
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
			SslContext context = sslContext(mayBeHttp2);
			return client.secure((spec) -> spec.sslContext(context)).connect();
		});
	}

	private synchronized SslContext sslContext(boolean mayBeHttp2) {
		SslContext known = (mayBeHttp2) ? this.http2 : this.http1;
		if (known != null) {
			return known;
		}
		SslContext made = makeSslContext(mayBeHttp2);
		if (mayBeHttp2) {
			this.http2 = made;
		}
		else {
			this.http1 = made;
		}
		return made;
	}

	private SslContext makeSslContext(boolean mayBeHttp2) {
		SslContextBuilder builder = SslContextBuilder.forClient()
			.ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE);
		this.tls.accept(builder);
		String[] protocols = (mayBeHttp2)
				? new String[] { ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1 }
				: new String[] { ApplicationProtocolNames.HTTP_1_1 };
		// RFC 7301; whoever does not know it speaks HTTP/1.1
		builder.applicationProtocolConfig(new ApplicationProtocolConfig(ApplicationProtocolConfig.Protocol.ALPN,
				ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
				ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT, protocols));
		try {
			return builder.build();
		}
		catch (SSLException ex) {
			throw new IllegalStateException("The TLS of a WebSocket client cannot be set up", ex);
		}
	}

}
