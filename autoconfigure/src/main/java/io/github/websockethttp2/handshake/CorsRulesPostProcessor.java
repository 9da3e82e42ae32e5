package io.github.websockethttp2.handshake;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsProcessor;
import org.springframework.web.reactive.handler.AbstractHandlerMapping;
import org.springframework.web.server.ServerWebExchange;

/**
 * Records for the {@link SameOriginPolicy} the CORS rules by which a handler mapping has
 * let a handshake through. A mapping shows its rules only to its {@link CorsProcessor},
 * which still does its work.
 */
public final class CorsRulesPostProcessor implements BeanPostProcessor {

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof AbstractHandlerMapping mapping
				&& !(mapping.getCorsProcessor() instanceof RecordingCorsProcessor)) {
			mapping.setCorsProcessor(new RecordingCorsProcessor(mapping.getCorsProcessor()));
		}
		return bean;
	}

	private record RecordingCorsProcessor(CorsProcessor delegate) implements CorsProcessor {

		@Override
		public boolean process(@Nullable CorsConfiguration configuration, ServerWebExchange exchange) {
			if (configuration != null) {
				exchange.getAttributes().put(CorsRules.CONFIGURATION, configuration);
			}
			boolean valid = this.delegate.process(configuration, exchange);
			if (!valid) {
				ObservedHandshake.leaveReason(exchange.getResponse(), RefusalReason.ORIGIN);
			}
			return valid;
		}

	}

}
