package io.github.websockethttp2.test;

import java.lang.reflect.Method;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * Hands the client of the application to methods, and closes what they leave open.
 */
final class WebSocketTestClientExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {

	private static final Namespace NAMESPACE = Namespace.create(WebSocketTestClientExtension.class);

	@Override
	public void beforeEach(ExtensionContext context) {
		context.getStore(NAMESPACE).put(TestScope.class, TestScope.begin());
	}

	@Override
	public void afterEach(ExtensionContext context) {
		TestScope scope = context.getStore(NAMESPACE).remove(TestScope.class, TestScope.class);
		if (scope != null) {
			scope.end();
		}
	}

	/**
	 * Constructors and what is marked for Spring are Spring's.
	 */
	@Override
	public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
		return parameter.getParameter().getType() == WebSocketTestClient.class
				&& parameter.getDeclaringExecutable() instanceof Method && !parameter.isAnnotated(Autowired.class)
				&& !parameter.isAnnotated(Qualifier.class);
	}

	@Override
	public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
		WebSocketTestClient client = client(context);
		TestScope scope = context.getStore(NAMESPACE).get(TestScope.class, TestScope.class);
		Transport transport = (scope != null) ? scope.transport() : null;
		return (transport != null) ? client.over(transport) : client;
	}

	/**
	 * Returns the client of the application under test.
	 * @param context a context below that of the test class
	 * @return the bean
	 * @throws ParameterResolutionException if there is none
	 */
	static WebSocketTestClient client(ExtensionContext context) {
		try {
			return SpringExtension.getApplicationContext(context).getBean(WebSocketTestClient.class);
		}
		catch (NoSuchBeanDefinitionException ex) {
			throw new ParameterResolutionException("There is no WebSocketTestClient in the application of "
					+ context.getRequiredTestClass().getName() + ": is the class annotated with @"
					+ AutoConfigureWebSocketTestClient.class.getSimpleName() + "?", ex);
		}
	}

}
