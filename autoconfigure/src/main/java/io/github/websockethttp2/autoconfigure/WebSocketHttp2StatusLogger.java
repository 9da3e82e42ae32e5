package io.github.websockethttp2.autoconfigure;

import java.util.function.Supplier;

import io.github.websockethttp2.server.http2.Http2Status;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport;
import org.springframework.util.ClassUtils;

/**
 * Knows the status of WebSocket over HTTP/2 in every application. Logs one line if it is
 * not available but there are WebSocket handlers. On Reactor Netty the server itself
 * knows the result, and logs the line.
 */
class WebSocketHttp2StatusLogger implements SmartInitializingSingleton, Supplier<Http2Status> {

	private static final Log logger = LogFactory.getLog(WebSocketHttp2StatusLogger.class);

	private static final String BOOT_3 = "org.springframework.boot.web.embedded.netty.NettyReactiveWebServerFactory";

	private static final String REACTIVE_FACTORY = "org.springframework.boot.web.server.reactive.ReactiveWebServerFactory";

	private static final String SERVLET_FACTORY = "org.springframework.boot.web.server.servlet.ServletWebServerFactory";

	private static final String NETTY_FACTORY = "org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory";

	private static final String[] HANDLERS = { "org.springframework.web.reactive.socket.WebSocketHandler",
			"org.springframework.web.socket.WebSocketHandler" };

	private final ConfigurableListableBeanFactory beanFactory;

	WebSocketHttp2StatusLogger(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public void afterSingletonsInstantiated() {
		String whyOff = whyOff();
		if (whyOff != null) {
			Http2Status status = Http2Status.off(whyOff);
			StatusCondition.record(status, this.beanFactory);
			if (hasHandlers()) {
				status.log(logger);
			}
		}
	}

	@Override
	public Http2Status get() {
		String whyOff = whyOff();
		if (whyOff != null) {
			return Http2Status.off(whyOff);
		}
		Http2Status.Source server = this.beanFactory.getBeanProvider(Http2Status.Source.class).getIfAvailable();
		Http2Status status = (server != null) ? server.getStatus() : null;
		return (status != null) ? status : Http2Status.off("the web server has not started");
	}

	private @Nullable String whyOff() {
		if (type(BOOT_3) != null) {
			return "it needs Spring Boot 4";
		}
		if (ConditionEvaluationReport.get(this.beanFactory)
			.getExclusions()
			.contains(WebSocketHttp2ServerAutoConfiguration.class.getName())) {
			return "its auto-configuration is excluded, and the application is as it would be without it";
		}
		if (!isThere(REACTIVE_FACTORY)) {
			return (isThere(SERVLET_FACTORY)) ? "it is for WebFlux on Reactor Netty, and this is a servlet application"
					: "there is no web server";
		}
		return (!isThere(NETTY_FACTORY)) ? "the web server is not Reactor Netty. Handlers with @WebSocketMapping are "
				+ "served over HTTP/1.1, and origins and policies are checked; limits, budgets, heartbeat, the registry of "
				+ "sessions, their meters and their shutdown are there on Reactor Netty only" : null;
	}

	private boolean hasHandlers() {
		for (String handler : HANDLERS) {
			Class<?> type = type(handler);
			if (type != null && this.beanFactory.getBeanNamesForType(type, true, false).length > 0) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Returns whether there is a bean of a type. What counts is the actual type of the
	 * server, not the declared type of its bean.
	 */
	private boolean isThere(String name) {
		Class<?> type = type(name);
		Class<?> general = type(REACTIVE_FACTORY);
		if (type == null) {
			return false;
		}
		return this.beanFactory.getBeanNamesForType(type, true, false).length > 0
				|| (general != null && this.beanFactory.getBeanProvider(general).stream().anyMatch(type::isInstance));
	}

	private @Nullable Class<?> type(String name) {
		ClassLoader classLoader = this.beanFactory.getBeanClassLoader();
		return (ClassUtils.isPresent(name, classLoader)) ? ClassUtils.resolveClassName(name, classLoader) : null;
	}

}
