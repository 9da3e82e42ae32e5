package io.github.websockethttp2.autoconfigure;

import java.util.List;

import io.github.websockethttp2.handshake.HandshakePolicy;
import io.github.websockethttp2.handshake.OriginPolicy;
import io.github.websockethttp2.security.LogoutClosing;
import io.github.websockethttp2.security.PrincipalExpiry;
import io.github.websockethttp2.security.TokenExpiryClosing;
import io.github.websockethttp2.security.TokenExpiryPolicy;
import io.github.websockethttp2.security.WebSessionPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.core.AbstractOAuth2Token;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WebSocketHttp2SecurityAutoConfiguration}.
 */
class WebSocketHttp2SecurityAutoConfigurationTests {

	private static final String CLOSE_ON_LOGOUT = "websocket.http2.security.close-on-logout";

	private static final String CLOSE_ON_TOKEN_EXPIRY = "websocket.http2.security.close-on-token-expiry";

	private static final List<Class<?>> CLOSING = List.of(LogoutClosing.class, WebSessionPolicy.class,
			TokenExpiryClosing.class, TokenExpiryPolicy.class);

	private final ReactiveWebApplicationContextRunner contextRunner = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NettyReactiveWebServerAutoConfiguration.class,
				HttpHandlerAutoConfiguration.class, WebFluxAutoConfiguration.class,
				WebSocketHttp2ServerAutoConfiguration.class, WebSocketHttp2SecurityAutoConfiguration.class));

	@Test
	void sessionsStayOpenByDefault() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasNotFailed();
			for (Class<?> type : CLOSING) {
				assertThat(context.getBeanProvider(type).stream()).as(type.getName()).isEmpty();
			}
			assertThat(context.getBeanProvider(HandshakePolicy.class).orderedStream()).singleElement()
				.isInstanceOf(OriginPolicy.class);
		});
	}

	@Test
	void sessionsCloseWhereTheyAreAskedTo() {
		this.contextRunner.withPropertyValues(CLOSE_ON_LOGOUT + "=true", CLOSE_ON_TOKEN_EXPIRY + "=true")
			.run((context) -> {
				for (Class<?> type : CLOSING) {
					assertThat(context.getBeanProvider(type).stream()).as(type.getName()).hasSize(1);
				}
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { CLOSE_ON_LOGOUT, CLOSE_ON_TOKEN_EXPIRY })
	void whenServerKnowsNoSessionsThenTheStartFailsWithTheProperty(String property) {
		ReactiveWebApplicationContextRunner otherServer = new ReactiveWebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WebSocketHttp2ServerAutoConfiguration.class,
					WebSocketHttp2SecurityAutoConfiguration.class));
		otherServer.run((context) -> assertThat(context).hasNotFailed());
		otherServer.withPropertyValues(property + "=true")
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining(property)
				.hasMessageContaining("Reactor Netty"));
	}

	@Test
	void whenThereIsNoSpringSecurityThenItIsNotMissed() {
		this.contextRunner.withClassLoader(new FilteredClassLoader(ServerHttpSecurity.class, AbstractOAuth2Token.class))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whenLogoutCannotHappenThenTheStartFailsWithTheProperty(boolean lazy) {
		this.contextRunner.withPropertyValues(CLOSE_ON_LOGOUT + "=true").withInitializer((context) -> {
			if (lazy) {
				context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor());
			}
		})
			.withClassLoader(new FilteredClassLoader(ServerHttpSecurity.class))
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining(CLOSE_ON_LOGOUT)
				.hasMessageContaining("spring-boot-starter-security"));
	}

	@Test
	void whenNothingTellsWhenTokensExpireThenTheStartFailsWithTheProperty() {
		this.contextRunner.withPropertyValues(CLOSE_ON_TOKEN_EXPIRY + "=true")
			.withClassLoader(new FilteredClassLoader(AbstractOAuth2Token.class))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining(CLOSE_ON_TOKEN_EXPIRY)
				.hasMessageContaining("PrincipalExpiry"));
	}

	@Test
	void whenTheApplicationTellsWhenCredentialsExpireThenItNeedsNoTokens() {
		this.contextRunner.withPropertyValues(CLOSE_ON_TOKEN_EXPIRY + "=true")
			.withClassLoader(new FilteredClassLoader(AbstractOAuth2Token.class))
			.withBean(PrincipalExpiry.class, () -> (principal) -> null)
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(TokenExpiryClosing.class));
	}

}
