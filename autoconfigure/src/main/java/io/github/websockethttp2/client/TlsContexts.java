package io.github.websockethttp2.client;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

import javax.net.ssl.SSLException;

import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of new connections, made once and again when its configuration has changed.
 * Safe for use from any thread.
 */
final class TlsContexts {

	private final List<Supplier<Consumer<SslContextBuilder>>> configuration;

	private List<Consumer<SslContextBuilder>> configured = List.of();

	private @Nullable SslContext http2;

	private @Nullable SslContext http1;

	TlsContexts(List<Supplier<Consumer<SslContextBuilder>>> configuration) {
		this.configuration = List.copyOf(configuration);
	}

	/**
	 * Returns the TLS for a connection.
	 * @param mayBeHttp2 whether ALPN offers HTTP/2 before HTTP/1.1, or HTTP/1.1 alone
	 * @return the context
	 */
	synchronized SslContext get(boolean mayBeHttp2) {
		List<Consumer<SslContextBuilder>> now = this.configuration.stream().map(Supplier::get).toList();
		if (!now.equals(this.configured)) {
			this.configured = now;
			this.http2 = null;
			this.http1 = null;
		}
		SslContext known = (mayBeHttp2) ? this.http2 : this.http1;
		if (known != null) {
			return known;
		}
		SslContext made = make(mayBeHttp2);
		if (mayBeHttp2) {
			this.http2 = made;
		}
		else {
			this.http1 = made;
		}
		return made;
	}

	private SslContext make(boolean mayBeHttp2) {
		SslContextBuilder builder = SslContextBuilder.forClient()
			.ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE);
		this.configured.forEach((tls) -> tls.accept(builder));
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
