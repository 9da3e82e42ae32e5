package io.github.websockethttp2.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.ssl.SslBundle;

/**
 * What Boot has for all HTTP clients and a WebSocket has, too.
 *
 * @param connectTimeout how long TCP may take to connect
 * @param sslBundle the configuration of TLS
 */
record HttpClientDefaults(@Nullable Duration connectTimeout, @Nullable SslBundle sslBundle) {

	static final HttpClientDefaults NONE = new HttpClientDefaults(null, null);

	static HttpClientDefaults of(HttpClientSettings settings) {
		return new HttpClientDefaults(settings.connectTimeout(), settings.sslBundle());
	}

}
