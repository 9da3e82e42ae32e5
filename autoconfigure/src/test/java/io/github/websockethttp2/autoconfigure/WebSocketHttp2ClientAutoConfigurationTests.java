package io.github.websockethttp2.autoconfigure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.websockethttp2.client.ClientListener;
import io.github.websockethttp2.client.Http2WebSocketClient;
import io.github.websockethttp2.client.Http2WebSocketClientCustomizer;
import io.github.websockethttp2.observation.ClientMeters;
import io.github.websockethttp2.testsupport.Waiting;
import io.netty.channel.EventLoopGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.ReactorNettyConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.gateway.filter.WebsocketRoutingFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.annotation.Order;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;
import org.springframework.web.reactive.socket.client.WebSocketClient;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link WebSocketHttp2ClientAutoConfiguration}, in an application without a
 * web server.
 */
class WebSocketHttp2ClientAutoConfigurationTests {

	private static final String PREFIX = "websocket.http2.client.";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, HttpClientAutoConfiguration.class,
				WebSocketHttp2ClientAutoConfiguration.class));

	@Test
	void everyInjectionHasABuilderOfItsOwn() {
		this.runner.run((context) -> {
			Http2WebSocketClient.Builder builder = context.getBean(Http2WebSocketClient.Builder.class);
			assertThat(context.getBean(Http2WebSocketClient.Builder.class)).isNotSameAs(builder);
			assertThat(builder.build()).isNotNull();
			assertThat(context).doesNotHaveBean(WebSocketClient.class);
		});
	}

	@Test
	void listenersAmongTheBeansHearOfEveryClient() {
		ClientListener mine = new ClientListener() {
		};
		this.runner.withBean("mine", ClientListener.class, () -> mine)
			.withPropertyValues(PREFIX + "named.backend.idle-timeout=1s")
			.run((context) -> {
				ClientMeters meters = context.getBean(ClientMeters.class);
				assertThat(listeners(context.getBean(Http2WebSocketClient.Builder.class).build()))
					.containsExactlyInAnyOrder(mine, meters);
				assertThat(listeners(context.getBean("backendWebSocketClient"))).containsExactlyInAnyOrder(mine,
						meters);
			});
	}

	@Test
	void whenMicrometerIsAbsentThenNothingIsCounted() {
		this.runner.withClassLoader(new FilteredClassLoader("io.micrometer")).run((context) -> {
			assertThat(context).doesNotHaveBean("webSocketClientMeters");
			assertThat(listeners(context.getBean(Http2WebSocketClient.Builder.class).build())).isEmpty();
		});
	}

	@SuppressWarnings("unchecked")
	private static List<ClientListener> listeners(Object client) {
		Object events = ReflectionTestUtils.getField(client, "events");
		return (List<ClientListener>) ReflectionTestUtils.getField(events, "listeners");
	}

	@Test
	void whenServerIsSwitchedOffThenClientsAreAsBefore() {
		this.runner.withPropertyValues("websocket.http2.enabled=false")
			.run((context) -> assertThat(settings(context.getBean(Http2WebSocketClient.Builder.class)))
				.contains("http2=true"));
	}

	@Test
	void whenReactorNettyIsAbsentThenAutoConfigurationIsSkipped() {
		this.runner.withClassLoader(new FilteredClassLoader("reactor.netty"))
			.run((context) -> assertThat(context).doesNotHaveBean(Http2WebSocketClient.Builder.class));
	}

	@Test
	void whenWebFluxIsAbsentThenAutoConfigurationIsSkipped() {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.web.reactive"))
			.run((context) -> assertThat(context).doesNotHaveBean("webSocketClientBuilders"));
	}

	@Test
	void whenThereIsABuilderThenOursBacksOff() {
		this.runner.withUserConfiguration(OwnBuilder.class)
			.run((context) -> assertThat(context).hasSingleBean(Http2WebSocketClient.Builder.class)
				.hasBean("ownBuilder"));
	}

	@Test
	void everythingIsTakenFromTheProperties() {
		this.runner.withPropertyValues(PREFIX + "enabled=false", PREFIX + "connect-timeout=1s",
				PREFIX + "handshake-timeout=2s", PREFIX + "close-timeout=3s", PREFIX + "idle-timeout=4s",
				PREFIX + "max-message-size=5KB", PREFIX + "max-sockets-per-connection=6", PREFIX + "min-connections=7",
				PREFIX + "max-lifetime=11s", PREFIX + "prior-knowledge=true", PREFIX + "compression.enabled=true",
				PREFIX + "heartbeat.interval=9s", PREFIX + "heartbeat.timeout=8s", PREFIX + "fallback.enabled=false",
				PREFIX + "fallback.remember=10s", PREFIX + "fallback.statuses=404,405")
			.run((context) -> assertThat(settings(context.getBean(Http2WebSocketClient.Builder.class))).contains(
					"http2=false", "connectTimeout=PT1S", "handshakeTimeout=PT2S", "closeTimeout=PT3S",
					"idleTimeout=PT4S", "maxMessageSize=5120", "maxSocketsPerConnection=6", "minConnections=7",
					"maxLifetime=PT11S", "priorKnowledge=true", "compression=true", "interval=PT9S, timeout=PT8S",
					"fallback=false", "fallbackRemember=PT10S", "404", "405"));
	}

	/** The builder is used without Spring Boot as well. */
	@Test
	void defaultsAreThoseOfTheBuilder() {
		this.runner.run((context) -> assertThat(settings(context.getBean(Http2WebSocketClient.Builder.class)))
			.isEqualTo(settings(Http2WebSocketClient.builder())));
	}

	@Test
	void customizersAreCalledInTheirOrderAndAfterTheProperties() {
		this.runner.withUserConfiguration(Customizers.class)
			.withPropertyValues(PREFIX + "close-timeout=3s", PREFIX + "named.backend.close-timeout=4s")
			.run((context) -> {
				assertThat(settings(context.getBean(Http2WebSocketClient.Builder.class)))
					.contains("closeTimeout=PT42S");
				assertThat(settings(context.getBean("backendWebSocketClient"))).contains("closeTimeout=PT42S");
			});
	}

	@Test
	void whatIsNotSetIsThatOfBootsHttpClients() {
		this.runner.withPropertyValues("spring.http.clients.connect-timeout=7s", PREFIX + "named.backend.enabled=false")
			.run((context) -> {
				assertThat(settings(context.getBean(Http2WebSocketClient.Builder.class)))
					.contains("connectTimeout=PT7S");
				assertThat(settings(context.getBean("backendWebSocketClient"))).contains("connectTimeout=PT7S");
			});
		this.runner.withPropertyValues("spring.http.clients.connect-timeout=7s", PREFIX + "connect-timeout=8s")
			.run((context) -> assertThat(settings(context.getBean(Http2WebSocketClient.Builder.class)))
				.contains("connectTimeout=PT8S"));
		this.runner
			.withBean(HttpClientSettings.class,
					() -> HttpClientSettings.defaults().withConnectTimeout(Duration.ofSeconds(9)))
			.run((context) -> assertThat(settings(context.getBean(Http2WebSocketClient.Builder.class)))
				.contains("connectTimeout=PT9S"));
	}

	@Test
	void whenBootsHttpClientsAreAbsentThenDefaultsAreTheBuilders() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(SslAutoConfiguration.class, WebSocketHttp2ClientAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.http.client"))
			.run((context) -> assertThat(settings(context.getBean(Http2WebSocketClient.Builder.class)))
				.contains("connectTimeout=PT10S"));
	}

	@Test
	void whenTimeoutOfBootsHttpClientsIsOfNoUseThenFailureNamesBothProperties() {
		this.runner.withPropertyValues("spring.http.clients.connect-timeout=0s").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(catchThrowable(() -> context.getBean(Http2WebSocketClient.Builder.class))).rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining("spring.http.clients.connect-timeout")
				.hasMessageContaining("websocket.http2.client.connect-timeout");
		});
	}

	@Test
	void socketsAreOpenedThroughTheSystemsProxy() throws IOException {
		try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			proxy.setSoTimeout((int) Waiting.TIMEOUT.toMillis());
			this.runner.withSystemProperties("https.proxyHost=127.0.0.1", "https.proxyPort=" + proxy.getLocalPort())
				.run((context) -> {
					Disposable socket = context.getBean(Http2WebSocketClient.Builder.class)
						.build()
						.execute(URI.create("wss://backend.test/echo"), (session) -> Mono.empty())
						.onErrorComplete()
						.subscribe();
					try (Socket accepted = proxy.accept()) {
						assertThat(new BufferedReader(new InputStreamReader(accepted.getInputStream())).readLine())
							.startsWith("CONNECT backend.test:443");
					}
					finally {
						socket.dispose();
					}
				});
		}
	}

	@Test
	void eventLoopsAreThoseOfBootsClients() {
		this.runner.withUserConfiguration(SeenTcp.class).run((context) -> {
			context.getBean(Http2WebSocketClient.Builder.class).build();
			LoopResources loops = context.getBean(SeenTcp.class).seen.get(0).configuration().loopResources();
			ReactorResourceFactory factory = context.getBean(ReactorResourceFactory.class);
			assertThat(loops.onClient(true)).isSameAs(factory.getLoopResources().onClient(true));
		});
	}

	/** As one does that is paused while other tests run. */
	@Test
	void whenContextIsStartedAgainThenEventLoopsAreThoseOfItsFactory() {
		this.runner.withUserConfiguration(SeenTcp.class, OwnEventLoops.class).run((context) -> {
			context.getBean(Http2WebSocketClient.Builder.class).build();
			LoopResources loops = context.getBean(SeenTcp.class).seen.get(0).configuration().loopResources();
			EventLoopGroup before = loops.onClient(false);
			context.stop();
			context.start();
			assertThat(before.isShuttingDown()).isTrue();
			assertThat(loops.onClient(false).isShuttingDown()).isFalse();
		});
	}

	@Test
	void whenBootModuleOfReactorNettyIsAbsentThenEventLoopsAreReactorNettys() {
		this.runner.withUserConfiguration(SeenTcp.class)
			.withClassLoader(new FilteredClassLoader(ReactorNettyConfigurations.class))
			.run((context) -> {
				context.getBean(Http2WebSocketClient.Builder.class).build();
				assertThat(context).doesNotHaveBean(ReactorResourceFactory.class);
				assertThat(context.getBean(SeenTcp.class).seen.get(0).configuration().loopResources())
					.isNotInstanceOf(FactoryLoopResources.class);
			});
	}

	@Test
	void namedClientsAreInjectedByTheirQualifierOnly() {
		this.runner.withUserConfiguration(OwnClient.class, ByName.class)
			.withPropertyValues(PREFIX + "named.backend.close-timeout=1s", PREFIX + "named.Other_1.close-timeout=2s",
					PREFIX + "close-timeout=3s")
			.run((context) -> {
				assertThat(context.getBean(WebSocketClient.class)).isInstanceOf(ReactorNettyWebSocketClient.class);
				ByName byName = context.getBean(ByName.class);
				assertThat(byName.byType).isInstanceOf(ReactorNettyWebSocketClient.class);
				assertThat(settings(byName.backend)).contains("closeTimeout=PT1S");
				assertThat(byName.asInterface).isSameAs(byName.backend);
			});
		this.runner.withUserConfiguration(Optional.class)
			.withPropertyValues(PREFIX + "named.backend.close-timeout=1s")
			.run((context) -> assertThat(context.getBean(Optional.class).client).isNull());
	}

	/** Wherever the two are set: the source of the unnamed may be above. */
	@Test
	void whatANamedClientDoesNotSetIsThatOfTheUnnamed() {
		this.runner
			.withSystemProperties(PREFIX + "close-timeout=3s", PREFIX + "idle-timeout=4s",
					PREFIX + "fallback.statuses=404,405")
			.withPropertyValues(PREFIX + "named.backend.close-timeout=1s",
					PREFIX + "named.backend.fallback.statuses=410", PREFIX + "named.Other_1.heartbeat.interval=7s",
					PREFIX + "heartbeat.timeout=5s", PREFIX + "named[a.b].idle-timeout=8s")
			.run((context) -> {
				assertThat(settings(context.getBean("backendWebSocketClient"))).contains("closeTimeout=PT1S",
						"idleTimeout=PT4S", "fallbackStatuses=[410]");
				assertThat(settings(context.getBean("Other_1WebSocketClient"))).contains("closeTimeout=PT3S",
						"interval=PT7S, timeout=PT5S");
				assertThat(settings(context.getBean("a.bWebSocketClient"))).contains("idleTimeout=PT8S");
			});
	}

	@ParameterizedTest
	@CsvSource({ "connect-timeout,0s", "handshake-timeout,0s", "close-timeout,-1s", "idle-timeout,2d",
			"max-message-size,0B", "max-message-size,2GB", "max-sockets-per-connection,0", "heartbeat.interval,-1s",
			"heartbeat.timeout,0s", "fallback.remember,0s", "fallback.statuses,200", "fallback.statuses,600" })
	void whenValueIsOutOfRangeThenFailureNamesPropertyAndRange(String property, String value) {
		for (String name : List.of(property, "named.backend." + property)) {
			this.runner.withPropertyValues(PREFIX + name + "=" + value)
				.run((context) -> assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
					.isInstanceOf(InvalidConfigurationPropertyValueException.class)
					.hasMessageContaining("Property " + PREFIX + name + " ")
					.hasMessageContaining("It must be at least "));
		}
	}

	@ParameterizedTest
	@CsvSource({ "ssl.bundle", "named.backend.ssl.bundle" })
	void whenBundleIsMissingThenFailureNamesThePropertyAndTheMend(String property) {
		this.runner.withPropertyValues(PREFIX + property + "=missing", "spring.main.lazy-initialization=true")
			.run((context) -> assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining("Property " + PREFIX + property + " ")
				.hasMessageContaining("spring.ssl.bundle.jks.missing.*"));
	}

	@Test
	void gatewayHasItsOwnClientByDefault() {
		this.runner.withUserConfiguration(OwnClient.class, Gateway.class)
			.run((context) -> assertThat(context.getBean(WebsocketRoutingFilter.class).client())
				.isSameAs(context.getBean("ownClient")));
	}

	@Test
	void whenThePropertySaysSoThenTheGatewayHasOursAndNobodyElse() {
		this.runner.withUserConfiguration(OwnClient.class, Gateway.class)
			.withPropertyValues(PREFIX + "gateway.enabled=true", PREFIX + "close-timeout=3s")
			.run((context) -> {
				assertThat(settings(context.getBean(WebsocketRoutingFilter.class).client()))
					.contains("closeTimeout=PT3S");
				assertThat(context.getBean(WebsocketRoutingFilter.class).service())
					.isSameAs(context.getBean(WebSocketService.class));
				assertThat(context.getBeansOfType(WebSocketClient.class)).containsOnlyKeys("ownClient");
			});
	}

	@Test
	void whenThereIsNoGatewayThenItsPropertyFails() {
		for (ApplicationContextRunner without : List.of(this.runner,
				this.runner.withClassLoader(new FilteredClassLoader(WebsocketRoutingFilter.class)))) {
			without.withPropertyValues(PREFIX + "gateway.enabled=true")
				.run((context) -> assertThat(context.getStartupFailure())
					.isInstanceOf(InvalidConfigurationPropertyValueException.class)
					.hasMessageContaining(PREFIX + "gateway.enabled")
					.hasMessageContaining("spring-cloud-starter-gateway-server-webflux"));
		}
	}

	@Test
	void whoeverIsNotNamedIsNotFound() {
		this.runner.withPropertyValues(PREFIX + "named.backend.close-timeout=1s")
			.run((context) -> assertThatExceptionOfType(UnsatisfiedDependencyException.class)
				.isThrownBy(() -> context.getAutowireCapableBeanFactory().createBean(ByOtherName.class)));
	}

	/**
	 * Returns what a client keeps to, as its settings print it.
	 */
	private static String settings(Object clientOrBuilder) {
		Object client = (clientOrBuilder instanceof Http2WebSocketClient.Builder builder) ? builder.build()
				: clientOrBuilder;
		return String.valueOf(ReflectionTestUtils.getField(client, "settings"));
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnBuilder {

		@Bean
		Http2WebSocketClient.Builder ownBuilder() {
			return Http2WebSocketClient.builder();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Customizers {

		@Bean
		@Order(2)
		Http2WebSocketClientCustomizer last() {
			return (builder) -> builder.closeTimeout(Duration.ofSeconds(42));
		}

		@Bean
		@Order(1)
		Http2WebSocketClientCustomizer first() {
			return (builder) -> builder.closeTimeout(Duration.ofSeconds(41));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SeenTcp {

		private final List<TcpClient> seen = new CopyOnWriteArrayList<>();

		@Bean
		Http2WebSocketClientCustomizer seeing() {
			return (builder) -> builder.tcp((tcp) -> {
				this.seen.add(tcp);
				return tcp;
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnEventLoops {

		@Bean
		ReactorResourceFactory ownResources() {
			ReactorResourceFactory factory = new ReactorResourceFactory();
			factory.setUseGlobalResources(false);
			factory.setShutdownQuietPeriod(Duration.ZERO);
			return factory;
		}

	}

	/** As Spring Cloud Gateway's, which is declared as it is made. */
	@Configuration(proxyBeanMethods = false)
	static class OwnClient {

		@Bean
		ReactorNettyWebSocketClient ownClient() {
			return new ReactorNettyWebSocketClient();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Gateway {

		@Bean
		WebSocketService webSocketService() {
			return new HandshakeWebSocketService();
		}

		@Bean
		WebsocketRoutingFilter websocketRoutingFilter(WebSocketClient webSocketClient,
				WebSocketService webSocketService) {
			return new WebsocketRoutingFilter(webSocketClient, webSocketService);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByName {

		private final WebSocketClient byType;

		private final Http2WebSocketClient backend;

		private final WebSocketClient asInterface;

		ByName(WebSocketClient byType, @Qualifier("backend") Http2WebSocketClient backend,
				@Qualifier("backend") WebSocketClient asInterface) {
			this.byType = byType;
			this.backend = backend;
			this.asInterface = asInterface;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Optional {

		private final WebSocketClient client;

		Optional(ObjectProvider<WebSocketClient> client) {
			this.client = client.getIfAvailable();
		}

	}

	static class ByOtherName {

		ByOtherName(@Qualifier("other") Http2WebSocketClient other) {
		}

	}

}
