package io.github.websockethttp2.test;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.codec.CodecCustomizer;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.server.reactive.ReactiveWebServerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.codec.ClientCodecConfigurer;
import org.springframework.http.codec.CodecConfigurer;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.http.server.reactive.HttpHandler;

/**
 * Auto-configuration of the {@link WebSocketTestClient}.
 *
 * @see AutoConfigureWebSocketTestClient
 */
@AutoConfiguration
@EnableConfigurationProperties(WebSocketTestProperties.class)
final class WebSocketTestClientAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	WebSocketTestClient webSocketTestClient(ApplicationContext context, WebSocketTestProperties properties,
			ObjectProvider<SecondListener> second, ObjectProvider<ServerCodecConfigurer> serverCodecs,
			ObjectProvider<CodecCustomizer> codecCustomizers,
			ObjectProvider<WebSocketTestClientBuilderCustomizer> customizers) {
		CodecConfigurer codecs = serverCodecs.getIfAvailable();
		WebSocketTestClient.Builder builder = new WebSocketTestClient.Builder(
				new ServerUnderTest(context, second.getIfAvailable()),
				new JsonMessages((codecs != null) ? codecs : clientCodecs(codecCustomizers.orderedStream().toList())),
				properties.timeout());
		customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		return builder.build();
	}

	/**
	 * A servlet application has no others.
	 */
	private static CodecConfigurer clientCodecs(List<CodecCustomizer> customizers) {
		ClientCodecConfigurer codecs = ClientCodecConfigurer.create();
		customizers.forEach((customizer) -> customizer.customize(codecs));
		return codecs;
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(NettyReactiveWebServerFactory.class)
	static class ReactorNettyConfiguration {

		/**
		 * What counts is the actual type of the factory, not the declared type of its
		 * bean.
		 */
		@Bean
		@Nullable SecondListener webSocketTestSecondListener(ApplicationContext context,
				ObjectProvider<ReactiveWebServerFactory> factories, ObjectProvider<HttpHandler> handler,
				Environment environment) {
			return (context instanceof WebServerApplicationContext
					&& factories.getIfUnique() instanceof NettyReactiveWebServerFactory factory)
							? new NettySecondListener(factory, handler::getObject, environment) : null;
		}

	}

}
