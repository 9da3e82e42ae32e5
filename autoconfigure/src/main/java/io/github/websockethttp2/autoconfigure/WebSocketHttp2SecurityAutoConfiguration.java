package io.github.websockethttp2.autoconfigure;

import io.github.websockethttp2.security.LogoutClosing;
import io.github.websockethttp2.security.OAuth2TokenExpiry;
import io.github.websockethttp2.security.PrincipalExpiry;
import io.github.websockethttp2.security.TokenExpiryClosing;
import io.github.websockethttp2.security.TokenExpiryPolicy;
import io.github.websockethttp2.security.WebSessionPolicy;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.session.WebSocketSessions;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.core.AbstractOAuth2Token;

/**
 * {@link AutoConfiguration Auto-configuration} that closes sessions when their user logs
 * out, or when the token with which they were opened expires, if the properties say so.
 * The properties are read when the beans are created and not by a condition, so that they
 * also take effect in an application that was processed ahead of time. A bean that is
 * {@code null} counts as absent.
 */
@AutoConfiguration(after = WebSocketHttp2ServerAutoConfiguration.class)
@ConditionalOnBean(WebSocketSessions.class)
public final class WebSocketHttp2SecurityAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ServerHttpSecurity.class)
	static class LogoutConfiguration {

		private final boolean on;

		LogoutConfiguration(WebSocketHttp2Properties properties) {
			this.on = properties.security().closeOnLogout();
		}

		@Bean
		@OnceForContextHierarchy
		@Nullable LogoutClosing webSocketLogoutClosing(WebSocketSessions sessions) {
			return (this.on) ? new LogoutClosing(sessions) : null;
		}

		@Bean
		@OnceForContextHierarchy
		@Nullable WebSessionPolicy webSocketWebSessionPolicy() {
			return (this.on) ? new WebSessionPolicy() : null;
		}

		@Bean
		@Nullable Customizer<ServerHttpSecurity> webSocketLogoutCustomizer(ObjectProvider<LogoutClosing> logoutClosing) {
			return (this.on)
					? (http) -> http.logout(
							(logout) -> logout.logoutHandler((handlers) -> handlers.add(0, logoutClosing.getObject())))
					: null;
		}

	}

	/**
	 * A {@link SmartInitializingSingleton}, since its type is exempt from lazy
	 * initialization.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass("org.springframework.security.config.web.server.ServerHttpSecurity")
	static class NoLogoutConfiguration implements SmartInitializingSingleton {

		private final WebSocketHttp2Properties properties;

		NoLogoutConfiguration(WebSocketHttp2Properties properties) {
			this.properties = properties;
		}

		@Override
		public void afterSingletonsInstantiated() {
			if (this.properties.security().closeOnLogout()) {
				throw ClosingProperties.withoutEffect(ClosingProperties.ON_LOGOUT,
						"There is no logout without Spring Security. "
								+ "Add spring-boot-starter-security, or remove the property.");
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TokenExpiryConfiguration {

		private final boolean on;

		TokenExpiryConfiguration(WebSocketHttp2Properties properties) {
			this.on = properties.security().closeOnTokenExpiry();
		}

		@Bean
		@OnceForContextHierarchy
		@Nullable TokenExpiryClosing webSocketTokenExpiryClosing(SessionRegistry sessions,
				ObjectProvider<PrincipalExpiry> expiry) {
			return (this.on) ? new TokenExpiryClosing(sessions, get(expiry), Schedulers.parallel()) : null;
		}

		@Bean
		@OnceForContextHierarchy
		@Nullable TokenExpiryPolicy webSocketTokenExpiryPolicy(ObjectProvider<PrincipalExpiry> expiry) {
			return (this.on) ? new TokenExpiryPolicy(get(expiry), Schedulers.parallel()) : null;
		}

		private static PrincipalExpiry get(ObjectProvider<PrincipalExpiry> expiry) {
			return expiry.getIfAvailable(() -> {
				throw ClosingProperties
					.withoutEffect(ClosingProperties.ON_TOKEN_EXPIRY, "Nothing tells when a token expires. Add "
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
