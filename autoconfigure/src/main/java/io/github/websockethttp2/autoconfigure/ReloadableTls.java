package io.github.websockethttp2.autoconfigure;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.netty.handler.ssl.SslContextBuilder;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.SslOptions;

/**
 * The configuration of TLS by SSL bundles, as they are after their last reload. There is
 * one handler for updates for each bundle, however many clients use it, since bundles
 * never forget one.
 */
final class ReloadableTls {

	private final SslBundles bundles;

	private final Map<String, Supplier<Consumer<SslContextBuilder>>> current = new ConcurrentHashMap<>();

	ReloadableTls(SslBundles bundles) {
		this.bundles = bundles;
	}

	Supplier<Consumer<SslContextBuilder>> of(String name) {
		return this.current.computeIfAbsent(name, this::follow);
	}

	/**
	 * Returns the configuration by a bundle, which can be reloaded if it has a name.
	 */
	Supplier<Consumer<SslContextBuilder>> of(SslBundle bundle) {
		for (String name : this.bundles.getBundleNames()) {
			if (this.bundles.getBundle(name) == bundle) {
				return of(name);
			}
		}
		Consumer<SslContextBuilder> fixed = configuration(bundle);
		return () -> fixed;
	}

	private Supplier<Consumer<SslContextBuilder>> follow(String name) {
		AtomicReference<Consumer<SslContextBuilder>> latest = new AtomicReference<>(
				configuration(this.bundles.getBundle(name)));
		this.bundles.addBundleUpdateHandler(name, (updated) -> latest.set(configuration(updated)));
		// Of an update just before that nobody has told
		latest.set(configuration(this.bundles.getBundle(name)));
		return latest::get;
	}

	private static Consumer<SslContextBuilder> configuration(SslBundle bundle) {
		return (context) -> {
			SslManagerBundle managers = bundle.getManagers();
			context.keyManager(managers.getKeyManagerFactory()).trustManager(managers.getTrustManagerFactory());
			SslOptions options = bundle.getOptions();
			if (options.getCiphers() != null) {
				context.ciphers(SslOptions.asSet(options.getCiphers()));
			}
			if (options.getEnabledProtocols() != null) {
				context.protocols(options.getEnabledProtocols());
			}
		};
	}

}
