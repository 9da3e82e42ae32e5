package io.github.websockethttp2.autoconfigure;

import io.github.websockethttp2.security.LogoutClosing;
import io.github.websockethttp2.security.OAuth2TokenExpiry;
import io.github.websockethttp2.security.PrincipalExpiry;
import io.github.websockethttp2.security.TokenExpiryClosing;
import io.github.websockethttp2.security.WebSessionPolicy;
import io.github.websockethttp2.session.WebSocketSessions;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
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

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ServerHttpSecurity.class)
	@ConditionalOnBooleanProperty("websocket.http2.security.close-on-logout")
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

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty("websocket.http2.security.close-on-token-expiry")
	static class TokenExpiryConfiguration {

		@Bean
		@ConditionalOnMissingBean
		TokenExpiryClosing webSocketTokenExpiryClosing(WebSocketSessions sessions, PrincipalExpiry expiry) {
			return new TokenExpiryClosing(sessions, expiry, Schedulers.parallel());
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
