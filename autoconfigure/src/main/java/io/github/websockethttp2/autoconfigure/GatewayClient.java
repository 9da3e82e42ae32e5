package io.github.websockethttp2.autoconfigure;

import io.github.websockethttp2.client.Http2WebSocketClient;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.ConstructorArgumentValues;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.web.reactive.socket.client.WebSocketClient;

/**
 * Gives the filter by which Spring Cloud Gateway passes on sockets a client over HTTP/2,
 * if the property says so. Only that filter gets it: it is no bean that anybody else
 * could be given. All other arguments of the filter are as they would be.
 */
class GatewayClient implements BeanFactoryPostProcessor {

	private static final String FILTER = "org.springframework.cloud.gateway.filter.WebsocketRoutingFilter";

	private final Environment environment;

	GatewayClient(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		// Read at run time, when this runs once more
		if (Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING) || !this.environment
			.getProperty(WebSocketHttp2ClientProperties.GATEWAY_ENABLED, Boolean.class, false)) {
			return;
		}
		String[] filters = filters(beanFactory);
		if (filters.length == 0) {
			throw new InvalidConfigurationPropertyValueException(WebSocketHttp2ClientProperties.GATEWAY_ENABLED, true,
					"There is no WebsocketRoutingFilter. Add spring-cloud-starter-gateway-server-webflux, switch the "
							+ "filter on, or remove the property.");
		}
		for (String filter : filters) {
			RootBeanDefinition client = new RootBeanDefinition(Http2WebSocketClient.class,
					() -> beanFactory.getBean(Http2WebSocketClient.Builder.class).build());
			beanFactory.getBeanDefinition(filter)
				.getConstructorArgumentValues()
				.addGenericArgumentValue(
						new ConstructorArgumentValues.ValueHolder(client, WebSocketClient.class.getName()));
		}
	}

	private static String[] filters(ConfigurableListableBeanFactory beanFactory) {
		ClassLoader classLoader = beanFactory.getBeanClassLoader();
		return (ClassUtils.isPresent(FILTER, classLoader))
				? beanFactory.getBeanNamesForType(ClassUtils.resolveClassName(FILTER, classLoader), true, false)
				: new String[0];
	}

}
