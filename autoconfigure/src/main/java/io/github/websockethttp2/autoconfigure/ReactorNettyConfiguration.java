package io.github.websockethttp2.autoconfigure;

import java.time.Duration;
import java.util.function.UnaryOperator;

import io.github.websockethttp2.handshake.HandshakeOutcomes;
import io.github.websockethttp2.handshake.HandshakePolicies;
import io.github.websockethttp2.handshake.HandshakePolicy;
import io.github.websockethttp2.handshake.ObservedHandshakes;
import io.github.websockethttp2.handshake.OriginPolicy;
import io.github.websockethttp2.observation.MessageObservationConvention;
import io.github.websockethttp2.observation.MessageObservations;
import io.github.websockethttp2.server.ExtendedConnectHttpHandler;
import io.github.websockethttp2.server.ForeignUpgradeOrigins;
import io.github.websockethttp2.server.HandshakeAnswer;
import io.github.websockethttp2.server.HandshakeTimeout;
import io.github.websockethttp2.server.NativeExchange;
import io.github.websockethttp2.server.SessionDraining;
import io.github.websockethttp2.server.ShutdownPhaseTimeout;
import io.github.websockethttp2.server.StreamUpgrade;
import io.github.websockethttp2.server.WebSocketUpgradePostProcessor;
import io.github.websockethttp2.server.WebSocketUpgradeStrategy;
import io.github.websockethttp2.server.foreign.ForeignUpgradeDraining;
import io.github.websockethttp2.server.foreign.ForeignUpgrades;
import io.github.websockethttp2.server.http2.Http2Connections;
import io.github.websockethttp2.server.http2.Http2ServerCustomizer;
import io.github.websockethttp2.server.http2.Http2ServerPostProcessor;
import io.github.websockethttp2.server.http2.Http2StatusReport;
import io.github.websockethttp2.session.SessionRegistry;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.web.server.Shutdown;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.LifecycleProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
import org.springframework.web.reactive.socket.WebSocketHandler;

/**
 * The configuration for Reactor Netty, whose connections and streams are accessible.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(name = { "reactor.netty.http.server.HttpServer",
		"org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory" })
@Conditional(OnReactorNettyCondition.class)
class ReactorNettyConfiguration {

	@Bean
	static Http2ServerPostProcessor webSocketHttp2ServerPostProcessor(Environment environment,
			ObjectProvider<ServerProperties> serverProperties, ObjectProvider<WebSocketHttp2Properties> properties,
			ObjectProvider<Http2Connections> connections, ObjectProvider<ForeignUpgrades> foreignUpgrades,
			ObjectProvider<Http2StatusReport> report) {
		return new Http2ServerPostProcessor(
				() -> (Http2Switch.switchedOffBy(environment) == null) ? serverProperties.getObject().getHttp2() : null,
				(customizers) -> new Http2ServerCustomizer(
						properties.getObject().http2ServerSettings(Http2Switch.switchedOffBy(environment)),
						connections.getObject(), foreignUpgrades.getObject()::watch, customizers, report.getObject()));
	}

	@Bean
	static WebSocketUpgradePostProcessor webSocketUpgradePostProcessor(ObjectProvider<StreamUpgrade> streamUpgrade,
			ObjectProvider<HandshakePolicy> policies) {
		return new WebSocketUpgradePostProcessor((strategy) -> WebSocketUpgradeStrategy.replace(strategy,
				streamUpgrade::getObject, () -> new HandshakePolicies(policies.orderedStream().toList())));
	}

	@Bean
	Http2StatusReport webSocketHttp2StatusReport(ConfigurableApplicationContext context, Environment environment) {
		return new Http2StatusReport(context, Http2Switch.switchedOffBy(environment),
				(status) -> StatusCondition.record(status, context.getBeanFactory()));
	}

	@Bean
	Http2Connections webSocketHttp2Connections(WebSocketHttp2Properties properties, SessionRegistry sessions) {
		return new Http2Connections(properties.connectionSettings(), sessions::getTraffic);
	}

	@Bean
	@OnceForContextHierarchy
	SessionRegistry webSocketSessions(WebSocketHttp2Properties properties) {
		return new SessionRegistry(properties.sessionLimit(), properties.slowAfter());
	}

	@Bean
	StreamUpgrade webSocketStreamUpgrade(WebSocketHttp2Properties properties, SessionRegistry sessions,
			ObjectProvider<ObservationRegistry> registry, ObjectProvider<MessageObservationConvention> convention) {
		UnaryOperator<WebSocketHandler> handlers = (properties.observation().messages())
				? new MessageObservations(registry.getIfAvailable(() -> ObservationRegistry.NOOP),
						convention.getIfAvailable())::observe
				: UnaryOperator.identity();
		return new StreamUpgrade(properties.sessionSettings(), sessions, handlers);
	}

	@Bean
	@OnceForContextHierarchy
	SessionDraining webSocketSessionDraining(WebSocketHttp2Properties properties, ServerProperties serverProperties,
			SessionRegistry sessions, Http2Connections connections, ObjectProvider<LifecycleProcessor> processor,
			ObjectProvider<LifecycleProperties> lifecycle) {
		SessionDraining.Settings settings = new SessionDraining.Settings(
				serverProperties.getShutdown() == Shutdown.GRACEFUL, properties.shutdown().spread(),
				properties.closeTimeout());
		Duration phaseTimeout = lifecycle.getIfAvailable(LifecycleProperties::new).getTimeoutPerShutdownPhase();
		return new SessionDraining(sessions, connections, settings, new ShutdownPhaseTimeout(processor, phaseTimeout));
	}

	@Bean
	ForeignUpgradeOrigins webSocketForeignUpgradeOrigins(OriginPolicy originPolicy, HandshakeOutcomes outcomes) {
		return new ForeignUpgradeOrigins(originPolicy, outcomes);
	}

	@Bean
	ForeignUpgrades webSocketForeignUpgrades(ForeignUpgradeOrigins origins) {
		return new ForeignUpgrades(origins);
	}

	@Bean
	ForeignUpgradeDraining webSocketForeignUpgradeDraining(ForeignUpgrades foreignUpgrades) {
		return new ForeignUpgradeDraining(foreignUpgrades);
	}

	@Bean
	HandshakeAnswer webSocketHandshakeAnswer() {
		return new HandshakeAnswer();
	}

	@Bean
	HttpHandlerDecoratorFactory extendedConnectHttpHandlerDecoratorFactory(WebSocketHttp2Properties properties,
			HandshakeOutcomes outcomes) {
		return (handler) -> new ObservedHandshakes(
				new HandshakeTimeout(new ExtendedConnectHttpHandler(handler), properties.handshakeTimeout()), outcomes,
				NativeExchange::protocol);
	}

}
