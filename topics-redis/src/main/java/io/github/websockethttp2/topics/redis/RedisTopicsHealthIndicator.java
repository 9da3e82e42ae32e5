package io.github.websockethttp2.topics.redis;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Whether topics reach other instances. Local topics go on without that.
 */
final class RedisTopicsHealthIndicator extends AbstractHealthIndicator {

	private final RedisTopicEngine engine;

	RedisTopicsHealthIndicator(RedisTopicEngine engine) {
		super("Redis cannot be asked");
		this.engine = engine;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		if (this.engine.isUp()) {
			builder.up();
		}
		else {
			builder.down().withDetail("reason", this.engine.reason());
		}
	}

}
