package io.github.websockethttp2.autoconfigure;

import io.github.websockethttp2.security.LogoutClosing;
import io.github.websockethttp2.security.OAuth2TokenExpiry;
import io.github.websockethttp2.security.PrincipalExpiry;
import io.github.websockethttp2.security.TokenExpiryClosing;
import io.github.websockethttp2.security.TokenExpiryPolicy;
import io.github.websockethttp2.security.WebSessionPolicy;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.session.WebSocketSessions;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.core.AbstractOAuth2Token;

/**
 * {@link AutoConfiguration Auto-configuration} that ends sessions when their user logs
 * out, or when the token that they were opened with expires, where it is asked to.
 */
@AutoConfiguration(after = WebSocketHttp2ServerAutoConfiguration.class)
@ConditionalOnBean(WebSocketSessions.class)
public final class WebSocketHttp2SecurityAutoConfiguration {

	private static final String CLOSE_ON_LOGOUT = "websocket.http2.security.close-on-logout";

	private static final String CLOSE_ON_TOKEN_EXPIRY = "websocket.http2.security.close-on-token-expiry";

	private static InvalidConfigurationPropertyValueException withoutEffect(String property, String reason) {
		return new InvalidConfigurationPropertyValueException(property, true, reason);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ServerHttpSecurity.class)
	@ConditionalOnBooleanProperty(CLOSE_ON_LOGOUT)
	static class LogoutConfiguration {

		@Bean
		@ConditionalOnMissingBean
		LogoutClosing webSocketLogoutClosing(WebSocketSessions sessions) {
			return new LogoutClosing(sessions);
		}

		@Bean
		@ConditionalOnMissingBean
		WebSessionPolicy webSocketWebSessionPolicy() {
			return new WebSessionPolicy();
		}

		@Bean
		Customizer<ServerHttpSecurity> webSocketLogoutCustomizer(LogoutClosing logoutClosing) {
			return (http) -> http
				.logout((logout) -> logout.logoutHandler((handlers) -> handlers.add(0, logoutClosing)));
		}

	}

	/**
	 * Who relies on the property must not find out at a logout that it has no effect. Of
	 * a type that is not left to lazy initialization.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass("org.springframework.security.config.web.server.ServerHttpSecurity")
	@ConditionalOnBooleanProperty(CLOSE_ON_LOGOUT)
	static class NoLogoutConfiguration implements SmartInitializingSingleton {

		@Override
		public void afterSingletonsInstantiated() {
			throw withoutEffect(CLOSE_ON_LOGOUT, "There is no logout without Spring Security. "
					+ "Add spring-boot-starter-security, or remove the property.");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(CLOSE_ON_TOKEN_EXPIRY)
	static class TokenExpiryConfiguration {

		@Bean
		@ConditionalOnMissingBean
		TokenExpiryClosing webSocketTokenExpiryClosing(SessionRegistry sessions,
				ObjectProvider<PrincipalExpiry> expiry) {
			return new TokenExpiryClosing(sessions, get(expiry), Schedulers.parallel());
		}

		@Bean
		@ConditionalOnMissingBean
		TokenExpiryPolicy webSocketTokenExpiryPolicy(ObjectProvider<PrincipalExpiry> expiry) {
			return new TokenExpiryPolicy(get(expiry), Schedulers.parallel());
		}

		private static PrincipalExpiry get(ObjectProvider<PrincipalExpiry> expiry) {
			return expiry.getIfAvailable(() -> {
				throw withoutEffect(CLOSE_ON_TOKEN_EXPIRY, "Nothing tells when a token expires. Add "
						+ "spring-boot-starter-security-oauth2-resource-server or a PrincipalExpiry bean, or remove the property.");
			});
		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass(AbstractOAuth2Token.class)
		static class OAuth2Configuration {

			@Bean
			@ConditionalOnMissingBean(PrincipalExpiry.class)
			OAuth2TokenExpiry webSocketOAuth2TokenExpiry() {
				return new OAuth2TokenExpiry();
			}

		}

	}

}
