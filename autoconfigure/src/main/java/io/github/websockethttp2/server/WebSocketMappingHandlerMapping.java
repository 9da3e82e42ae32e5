package io.github.websockethttp2.server;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ObjectUtils;
import org.springframework.util.StringUtils;
import org.springframework.web.reactive.handler.AbstractUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.server.support.WebSocketUpgradeHandlerPredicate;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PatternParseException;

/**
 * Maps the {@link WebSocketHandler} beans with a {@link WebSocketMapping}. Ordinary
 * requests to their paths are left to other mappings. So are requests to the server of
 * another application context, such as the one of {@code management.server.port}, which
 * sees the mappings of its parent.
 */
public final class WebSocketMappingHandlerMapping extends AbstractUrlHandlerMapping {

	/**
	 * Create a mapping, ordered before router functions and annotated controllers.
	 */
	public WebSocketMappingHandlerMapping() {
		setOrder(-2);
		setLazyInitHandlers(true);
		setHandlerPredicate(new WebSocketUpgradeHandlerPredicate());
	}

	@Override
	protected void initApplicationContext(ApplicationContext context) throws BeansException {
		super.initApplicationContext(context);
		ConfigurableListableBeanFactory beanFactory = ((ConfigurableApplicationContext) context).getBeanFactory();
		Map<String, Mapped> mapped = new HashMap<>();
		for (String name : beanFactory.getBeanNamesForType(WebSocketHandler.class)) {
			WebSocketMapping mapping = (!ScopedProxyUtils.isScopedTarget(name)) ? findMapping(beanFactory, name) : null;
			if (mapping != null) {
				register(mapped, name, mapping);
			}
		}
		for (String name : beanFactory.getBeanNamesForAnnotation(WebSocketMapping.class)) {
			checkIsHandler(beanFactory, name);
		}
	}

	@Override
	public Mono<Object> getHandlerInternal(ServerWebExchange exchange) {
		ApplicationContext context = exchange.getApplicationContext();
		return (context == null || context == getApplicationContext()) ? super.getHandlerInternal(exchange)
				: Mono.empty();
	}

	private static void checkIsHandler(ConfigurableListableBeanFactory beanFactory, String name) {
		if (!beanFactory.isTypeMatch(name, WebSocketHandler.class)) {
			Class<?> type = beanFactory.getType(name);
			throw new InvalidWebSocketMappingException(
					"Bean '" + name + "' has @WebSocketMapping, but " + ((type != null) ? type.getName() : "its type")
							+ " is no WebSocketHandler",
					"Have its class implement WebSocketHandler, and its @Bean method, if there is one, return that type; "
							+ "or remove the annotation.");
		}
	}

	private static @Nullable WebSocketMapping findMapping(ConfigurableListableBeanFactory beanFactory, String name) {
		String scopedTarget = ScopedProxyUtils.getTargetBeanName(name);
		String annotated = (beanFactory.containsBeanDefinition(scopedTarget)) ? scopedTarget : name;
		if (beanFactory.containsBeanDefinition(annotated)) {
			BeanDefinition definition = beanFactory.getMergedBeanDefinition(annotated);
			if (definition instanceof RootBeanDefinition root && root.getResolvedFactoryMethod() != null) {
				WebSocketMapping onMethod = AnnotatedElementUtils.findMergedAnnotation(root.getResolvedFactoryMethod(),
						WebSocketMapping.class);
				if (onMethod != null) {
					return onMethod;
				}
			}
		}
		WebSocketMapping onType = beanFactory.findAnnotationOnBean(annotated, WebSocketMapping.class);
		if (onType != null) {
			return onType;
		}
		// A JDK proxy hides the class of its target
		Class<?> target = AutoProxyUtils.determineTargetClass(beanFactory, annotated);
		return (target != null) ? AnnotatedElementUtils.findMergedAnnotation(target, WebSocketMapping.class) : null;
	}

	private void register(Map<String, Mapped> mapped, String name, WebSocketMapping mapping) {
		if (ObjectUtils.isEmpty(mapping.path())) {
			throw new InvalidWebSocketMappingException("Bean '" + name + "' has @WebSocketMapping without a path",
					"Give the annotation a path pattern, as in @WebSocketMapping(\"/rooms/{room}\").");
		}
		for (String path : mapping.path()) {
			Mapped current = new Mapped(name, path);
			Mapped other = mapped.put(withoutVariableNames(parse(current)), current);
			if (other != null && !other.name().equals(name)) {
				throw new InvalidWebSocketMappingException(
						StringUtils.capitalize(other + " and " + current + ", which match the same paths"),
						"Give one of them another path pattern, or remove its annotation.");
			}
			registerHandler(path, name);
		}
	}

	private PathPattern parse(Mapped mapped) {
		try {
			return getPathPatternParser().parse(getPathPatternParser().initFullPathPattern(mapped.path()));
		}
		catch (PatternParseException ex) {
			throw new InvalidWebSocketMappingException(
					StringUtils.capitalize(mapped + ", which is no path pattern: " + ex.getMessage()),
					"Give the annotation a path pattern, as in @WebSocketMapping(\"/rooms/{room}\").");
		}
	}

	/**
	 * Removes the names of variables, since patterns that differ only in them match the
	 * same paths.
	 */
	private static String withoutVariableNames(PathPattern pattern) {
		StringBuilder result = new StringBuilder();
		int braces = 0;
		boolean inName = false;
		for (char c : pattern.getPatternString().toCharArray()) {
			if (c == '{') {
				inName |= (braces++ == 0);
			}
			else if (c == '}') {
				braces--;
				inName = false;
			}
			else if (c == ':') {
				// What follows is a regular expression
				inName = false;
			}
			if (!inName || c == '{' || c == '*') {
				result.append(c);
			}
		}
		return result.toString();
	}

	/**
	 * A handler at a path.
	 */
	private record Mapped(String name, String path) {

		@Override
		public String toString() {
			return "bean '" + this.name + "' has @WebSocketMapping(\"" + this.path + "\")";
		}

	}

}
