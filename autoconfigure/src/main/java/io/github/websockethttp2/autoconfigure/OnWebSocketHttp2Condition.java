package io.github.websockethttp2.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.reactive.ReactiveWebServerFactory;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * The part of {@link ConditionalOnWebSocketHttp2} that Boot has no condition for.
 */
class OnWebSocketHttp2Condition extends SpringBootCondition implements ConfigurationCondition {

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition(ConditionalOnWebSocketHttp2.class);
		String whyNot = whyNot(context.getEnvironment(), context.getBeanFactory());
		return (whyNot != null) ? ConditionOutcome.noMatch(message.because(whyNot))
				: ConditionOutcome.match(message.because("the server is Reactor Netty and nothing is switched off"));
	}

	private static @Nullable String whyNot(Environment environment,
			@Nullable ConfigurableListableBeanFactory beanFactory) {
		for (String property : new String[] { "websocket.http2.enabled", "server.http2.enabled" }) {
			if (Boolean.FALSE.equals(environment.getProperty(property, Boolean.class))) {
				return property + " is false";
			}
		}
		return (beanFactory != null) ? whyNotReactorNetty(beanFactory) : "there is no web server";
	}

	private static @Nullable String whyNotReactorNetty(ConfigurableListableBeanFactory beanFactory) {
		if (beanFactory.getBeanNamesForType(NettyReactiveWebServerFactory.class, true, false).length > 0) {
			return null;
		}
		for (String name : beanFactory.getBeanNamesForType(ReactiveWebServerFactory.class, true, false)) {
			Class<?> type = beanFactory.getType(name, false);
			if (type != null && type.isAssignableFrom(NettyReactiveWebServerFactory.class)) {
				// What it is would be known too late, when it is created
				return "the bean '" + name + "' is declared as " + type.getSimpleName()
						+ ", which does not say that it is a NettyReactiveWebServerFactory: declare it as one if it is";
			}
		}
		return "the web server is not Reactor Netty";
	}

}
