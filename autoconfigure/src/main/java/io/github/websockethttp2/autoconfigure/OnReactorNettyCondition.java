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
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches if the web server is Reactor Netty, or may be: a bean method may return a more
 * specific type than it declares.
 */
class OnReactorNettyCondition extends SpringBootCondition implements ConfigurationCondition {

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Reactor Netty");
		return (mayBeReactorNetty(context.getBeanFactory()))
				? ConditionOutcome.match(message.because("the web server is, or may be, Reactor Netty"))
				: ConditionOutcome.noMatch(message.because("the web server is not Reactor Netty"));
	}

	private static boolean mayBeReactorNetty(@Nullable ConfigurableListableBeanFactory beanFactory) {
		if (beanFactory == null) {
			return false;
		}
		for (String name : beanFactory.getBeanNamesForType(ReactiveWebServerFactory.class, true, false)) {
			Class<?> type = beanFactory.getType(name, false);
			if (type != null && (NettyReactiveWebServerFactory.class.isAssignableFrom(type)
					|| type.isAssignableFrom(NettyReactiveWebServerFactory.class))) {
				return true;
			}
		}
		return false;
	}

}
