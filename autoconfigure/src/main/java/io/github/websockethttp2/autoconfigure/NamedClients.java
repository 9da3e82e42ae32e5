package io.github.websockethttp2.autoconfigure;

import java.util.Map;
import java.util.Set;

import io.github.websockethttp2.client.Http2WebSocketClient;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Registers a client for each name among the properties. It is injected only where its
 * name is the qualifier, so that whoever asks for a {@code WebSocketClient} gets what he
 * would get without it.
 */
class NamedClients implements BeanDefinitionRegistryPostProcessor {

	private final Environment environment;

	private final BeanFactory beanFactory;

	NamedClients(Environment environment, BeanFactory beanFactory) {
		this.environment = environment;
		this.beanFactory = beanFactory;
	}

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		for (String name : names(this.environment)) {
			String beanName = name + "WebSocketClient";
			if (!registry.containsBeanDefinition(beanName)) {
				registry.registerBeanDefinition(beanName, definition(name));
			}
		}
	}

	private RootBeanDefinition definition(String name) {
		RootBeanDefinition definition = new RootBeanDefinition(Http2WebSocketClient.class,
				() -> this.beanFactory.getBean(ClientBuilders.class).builder(name).build());
		definition.setDefaultCandidate(false);
		definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, name));
		// Names are read at run time, when this runs once more
		definition.setAttribute(BeanRegistrationAotProcessor.IGNORE_REGISTRATION_ATTRIBUTE, true);
		return definition;
	}

	private static Set<String> names(Environment environment) {
		return Binder.get(environment)
			.bind(WebSocketHttp2ClientProperties.NAMED,
					Bindable.mapOf(String.class, WebSocketHttp2ClientProperties.class))
			.orElseGet(Map::of)
			.keySet();
	}

}
