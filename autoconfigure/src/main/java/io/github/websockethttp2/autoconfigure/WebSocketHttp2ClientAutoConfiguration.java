package io.github.websockethttp2.autoconfigure;

import io.github.websockethttp2.client.ClientListener;
import io.github.websockethttp2.client.Http2WebSocketClient;
import io.github.websockethttp2.client.Http2WebSocketClientCustomizer;
import io.github.websockethttp2.observation.ClientMeters;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.reactor.netty.autoconfigure.ReactorNettyConfigurations;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ReactorResourceFactory;

/**
 * {@link AutoConfiguration Auto-configuration} for clients, whatever the web server is,
 * and where there is none. A builder is a bean for each injection, and a client for each
 * name among the properties.
 */
@AutoConfiguration(afterName = { "org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration",
		"org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration" })
@ConditionalOnClass(name = { "reactor.netty.http.client.HttpClient",
		"org.springframework.web.reactive.socket.client.WebSocketClient" })
@EnableConfigurationProperties(WebSocketHttp2ClientProperties.class)
public final class WebSocketHttp2ClientAutoConfiguration {

	@Bean
	static NamedClients webSocketNamedClients(Environment environment, BeanFactory beanFactory) {
		return new NamedClients(environment, beanFactory);
	}

	@Bean
	static GatewayClient webSocketGatewayClient(Environment environment) {
		return new GatewayClient(environment);
	}

	@Bean
	ClientBuilders webSocketClientBuilders(WebSocketHttp2ClientProperties properties, Environment environment,
			ObjectProvider<SslBundles> bundles, ObjectProvider<HttpClientDefaults> defaults,
			ObjectProvider<ReactorResourceFactory> resources, ObjectProvider<ClientListener> listeners,
			ObjectProvider<Http2WebSocketClientCustomizer> customizers) {
		return new ClientBuilders(properties, environment, bundles.getIfAvailable(DefaultSslBundleRegistry::new),
				defaults, resources, listeners, customizers);
	}

	@Bean
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@ConditionalOnMissingBean
	Http2WebSocketClient.Builder webSocketClientBuilder(ClientBuilders builders) {
		return builders.builder();
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterBinder.class)
	static class MetricsConfiguration {

		@Bean
		@OnceForContextHierarchy
		ClientMeters webSocketClientMeters() {
			return new ClientMeters();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(HttpClientSettings.class)
	static class HttpClientConfiguration {

		/**
		 * A prototype, so that nothing is asked of Boot before a client is made.
		 */
		@Bean
		@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
		HttpClientDefaults webSocketHttpClientDefaults(ObjectProvider<HttpClientSettings> settings) {
			HttpClientSettings given = settings.getIfAvailable();
			return (given != null) ? HttpClientDefaults.of(given) : HttpClientDefaults.NONE;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ReactorNettyConfigurations.class)
	@Import(ReactorNettyConfigurations.ReactorResourceFactoryConfiguration.class)
	static class EventLoopConfiguration {

	}

}
