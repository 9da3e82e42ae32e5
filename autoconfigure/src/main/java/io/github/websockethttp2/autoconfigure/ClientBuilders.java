package io.github.websockethttp2.autoconfigure;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.websockethttp2.client.ClientListener;
import io.github.websockethttp2.client.Http2WebSocketClient;
import io.github.websockethttp2.client.Http2WebSocketClientCustomizer;
import io.netty.handler.ssl.SslContextBuilder;
import org.jspecify.annotations.Nullable;
import reactor.netty.tcp.TcpClient;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ReactorResourceFactory;

/**
 * Makes builders of clients: with the properties, with what Boot has for all HTTP
 * clients, and as the application customizes them.
 */
class ClientBuilders implements SmartInitializingSingleton {

	private final WebSocketHttp2ClientProperties properties;

	private final Environment environment;

	private final SslBundles bundles;

	private final ReloadableTls tls;

	private final ObjectProvider<HttpClientDefaults> defaults;

	private final ObjectProvider<ReactorResourceFactory> resources;

	private final ObjectProvider<ClientListener> listeners;

	private final ObjectProvider<Http2WebSocketClientCustomizer> customizers;

	ClientBuilders(WebSocketHttp2ClientProperties properties, Environment environment, SslBundles bundles,
			ObjectProvider<HttpClientDefaults> defaults, ObjectProvider<ReactorResourceFactory> resources,
			ObjectProvider<ClientListener> listeners, ObjectProvider<Http2WebSocketClientCustomizer> customizers) {
		this.properties = properties;
		this.environment = environment;
		this.bundles = bundles;
		this.tls = new ReloadableTls(bundles);
		this.defaults = defaults;
		this.resources = resources;
		this.listeners = listeners;
		this.customizers = customizers;
	}

	/**
	 * Fails where a bundle is missing, before a client needs it.
	 */
	@Override
	public void afterSingletonsInstantiated() {
		checkBundle(WebSocketHttp2ClientProperties.PREFIX, this.properties);
		if (this.properties.named() != null) {
			this.properties.named().forEach((name, named) -> checkBundle(prefix(name), named));
		}
	}

	private void checkBundle(String prefix, WebSocketHttp2ClientProperties properties) {
		String name = properties.ssl().bundle();
		if (name != null) {
			try {
				this.bundles.getBundle(name);
			}
			catch (NoSuchSslBundleException ex) {
				throw new InvalidConfigurationPropertyValueException(prefix + ".ssl.bundle", name,
						"There is no SSL bundle of that name. Define it with spring.ssl.bundle.jks." + name
								+ ".* or spring.ssl.bundle.pem." + name + ".*, or use one of "
								+ this.bundles.getBundleNames() + ".");
			}
		}
	}

	Http2WebSocketClient.Builder builder() {
		return builder(WebSocketHttp2ClientProperties.PREFIX, this.properties);
	}

	Http2WebSocketClient.Builder builder(String name) {
		return builder(prefix(name), NamedClientProperties.of(this.environment, name));
	}

	private Http2WebSocketClient.Builder builder(String prefix, WebSocketHttp2ClientProperties properties) {
		checkBundle(prefix, properties);
		Http2WebSocketClient.Builder builder = Http2WebSocketClient.builder().tcp(this::tcp);
		properties.configure(builder);
		HttpClientDefaults defaults = this.defaults.getIfAvailable(() -> HttpClientDefaults.NONE);
		Duration connectTimeout = (properties.connectTimeout() != null) ? properties.connectTimeout()
				: checked(defaults.connectTimeout());
		if (connectTimeout != null) {
			builder.connectTimeout(connectTimeout);
		}
		Supplier<Consumer<SslContextBuilder>> tls = tls(properties.ssl().bundle(), defaults);
		if (tls != null) {
			builder.tls(tls);
		}
		HeartbeatTimeout.warnIfCut(prefix, properties.heartbeat().interval(), properties.heartbeat().timeout());
		this.listeners.orderedStream().forEach(builder::listener);
		this.customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		return builder;
	}

	private static String prefix(String name) {
		return WebSocketHttp2ClientProperties.NAMED + "." + name;
	}

	/**
	 * Boot takes any value here, and it may not come from the property at all.
	 */
	private static @Nullable Duration checked(@Nullable Duration connectTimeout) {
		if (connectTimeout != null && (connectTimeout.compareTo(Duration.ofMillis(1)) < 0
				|| connectTimeout.compareTo(Duration.ofDays(1)) > 0)) {
			throw new InvalidConfigurationPropertyValueException("spring.http.clients.connect-timeout",
					HumanUnits.of(connectTimeout),
					"For WebSockets it must be at least 1ms and at most 1d. Change it, or "
							+ "set websocket.http2.client.connect-timeout.");
		}
		return connectTimeout;
	}

	private TcpClient tcp(TcpClient client) {
		TcpClient proxied = client.proxyWithSystemProperties();
		ReactorResourceFactory factory = this.resources.getIfAvailable();
		return (factory != null) ? proxied.runOn(new FactoryLoopResources(factory)) : proxied;
	}

	private @Nullable Supplier<Consumer<SslContextBuilder>> tls(@Nullable String bundle, HttpClientDefaults defaults) {
		if (bundle != null) {
			return this.tls.of(bundle);
		}
		return (defaults.sslBundle() != null) ? this.tls.of(defaults.sslBundle()) : null;
	}

}
