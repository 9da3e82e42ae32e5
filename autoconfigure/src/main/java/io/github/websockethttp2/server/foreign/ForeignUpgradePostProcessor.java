package io.github.websockethttp2.server.foreign;

import java.util.function.Supplier;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;

/**
 * Watches upgrades that are not ours on a server that {@code Http2ServerPostProcessor}
 * does not reach, since it belongs to another application context. Nothing else about
 * that server changes.
 */
public final class ForeignUpgradePostProcessor implements BeanPostProcessor {

	private final Supplier<ForeignUpgrades> upgrades;

	/**
	 * Create a post-processor.
	 * @param upgrades supplies the upgrades of the application
	 */
	public ForeignUpgradePostProcessor(Supplier<ForeignUpgrades> upgrades) {
		this.upgrades = upgrades;
	}

	/**
	 * Adds a customizer after all others have configured the factory, since they may
	 * replace its customizers.
	 */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof NettyReactiveWebServerFactory factory) {
			ForeignUpgrades upgrades = this.upgrades.get();
			factory.addServerCustomizers((server) -> server.doOnConnection(upgrades::watch));
		}
		return bean;
	}

}
