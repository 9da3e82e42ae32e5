package io.github.websockethttp2.autoconfigure;

import io.github.websockethttp2.actuate.WebSocketsDescriptor;
import io.github.websockethttp2.actuate.WebSocketsEndpoint;
import io.github.websockethttp2.actuate.WebSocketsInfoContributor;
import io.github.websockethttp2.handshake.Handshake;
import io.github.websockethttp2.handshake.HandshakeOutcomes;
import io.github.websockethttp2.handshake.HandshakeRefusal;
import io.github.websockethttp2.handshake.RefusalReason;
import io.github.websockethttp2.testsupport.Waiting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.server.servlet.ServletWebServerFactory;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WebSocketHttp2EndpointAutoConfiguration}, and for the contribution to
 * {@code info} by {@link WebSocketHttp2StatusAutoConfiguration}.
 */
class WebSocketHttp2EndpointAutoConfigurationTests {

	private static final String EXPOSED = "management.endpoints.web.exposure.include=websockets";

	private static final AutoConfigurations AUTO_CONFIGURATIONS = AutoConfigurations.of(
			NettyReactiveWebServerAutoConfiguration.class, HttpHandlerAutoConfiguration.class,
			WebFluxAutoConfiguration.class, WebSocketHttp2ServerAutoConfiguration.class,
			WebSocketHttp2StatusAutoConfiguration.class, WebSocketHttp2EndpointAutoConfiguration.class);

	private final ReactiveWebApplicationContextRunner contextRunner = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATIONS);

	@Test
	void whenNotExposedThenNobodyListens() {
		this.contextRunner.run((context) -> {
			assertThat(context).doesNotHaveBean(WebSocketsEndpoint.class)
				.doesNotHaveBean(WebSocketsInfoContributor.class);
			assertThat(context.getBean(HandshakeOutcomes.class).isObserved()).isFalse();
		});
	}

	@Test
	void whenExposedThenListens() {
		this.contextRunner.withPropertyValues(EXPOSED).run((context) -> {
			assertThat(context).hasSingleBean(WebSocketsEndpoint.class);
			assertThat(context.getBean(HandshakeOutcomes.class).isObserved()).isTrue();
			assertThat(context.getBean(WebSocketsEndpoint.class).webSockets().http2().detail())
				.isEqualTo("the web server has not started");
		});
	}

	@Test
	void whenAccessIsNoneThenIsAbsent() {
		this.contextRunner.withPropertyValues(EXPOSED, "management.endpoint.websockets.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(WebSocketsEndpoint.class));
	}

	@Test
	void whenWebServerIsNotReactorNettyThenSaysWhatItCan() {
		this.contextRunner.withUserConfiguration(OtherServer.class).withPropertyValues(EXPOSED).run((context) -> {
			context.getBean(HandshakeOutcomes.class)
				.refused(new Handshake(Handshake.HTTP_1_1, "/a", HttpHeaders.EMPTY),
						new HandshakeRefusal(RefusalReason.POLICY, 403));
			WebSocketsEndpoint endpoint = context.getBean(WebSocketsEndpoint.class);
			WebSocketsDescriptor descriptor = endpoint.webSockets();
			assertThat(descriptor.http2().on()).isFalse();
			assertThat(descriptor.http2().detail()).startsWith("the web server is not Reactor Netty");
			assertThat(descriptor.sessions()).isNull();
			assertThat(descriptor.handshakes()).singleElement()
				.satisfies((totals) -> assertThat(totals.refused()).isEqualTo(1));
			assertThat(descriptor.diagnosis()).hasSize(2);
			assertThat(endpoint.page("sessions", null, null).sessions()).isEmpty();
			assertThat(endpoint.close("connections", "1", null).block(Waiting.TIMEOUT)).containsEntry("found", false);
		});
	}

	@Test
	void whenApplicationIsServletThenSaysWhy() {
		new WebApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.withUserConfiguration(ServletServer.class)
			.withPropertyValues(EXPOSED)
			.run((context) -> assertThat(context.getBean(WebSocketsEndpoint.class).webSockets().http2().detail())
				.contains("this is a servlet application"));
	}

	@Test
	void whenAutoConfigurationOfTheServerIsAbsentThenSaysSo() {
		new ReactiveWebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WebSocketHttp2StatusAutoConfiguration.class,
					WebSocketHttp2EndpointAutoConfiguration.class))
			.withPropertyValues(EXPOSED)
			.run((context) -> assertThat(context.getBean(WebSocketsEndpoint.class).webSockets().http2().on())
				.isFalse());
	}

	@Test
	void whenServerIsOtherThenConditionsSayWhyItIsOff() {
		this.contextRunner.withUserConfiguration(OtherServer.class)
			.run((context) -> assertThat(ConditionEvaluationReport.get(context.getBeanFactory())
				.getConditionAndOutcomesBySource()
				.get(WebSocketHttp2ServerAutoConfiguration.class.getName() + "#http2")).singleElement()
				.satisfies((outcome) -> {
					assertThat(outcome.getOutcome().isMatch()).isFalse();
					assertThat(outcome.getOutcome().getMessage())
						.startsWith("WebSocket over HTTP/2 is off: the web server is not Reactor Netty");
				}));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void infoIsContributedIfEnabled(boolean enabled) {
		this.contextRunner.withUserConfiguration(OtherServer.class)
			.withPropertyValues("management.info.websockets.enabled=" + enabled)
			.run((context) -> {
				assertThat(context.getBeansOfType(WebSocketsInfoContributor.class)).hasSize((enabled) ? 1 : 0);
				context.getBeanProvider(WebSocketsInfoContributor.class).ifAvailable((contributor) -> {
					Info.Builder builder = new Info.Builder();
					contributor.contribute(builder);
					assertThat(builder.build().getDetails().toString()).contains("http2", "on=false");
				});
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class OtherServer {

		@Bean
		OtherServerFactory otherServerFactory() {
			return new OtherServerFactory();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ServletServer {

		@Bean
		ServletWebServerFactory servletServerFactory() {
			return (initializers) -> {
				throw new IllegalStateException("Not to be started");
			};
		}

	}

}
