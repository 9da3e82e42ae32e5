package io.github.websockethttp2.autoconfigure;

import io.github.websockethttp2.server.http2.Http2Status;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Shows the status of WebSocket over HTTP/2 in the report of conditions, next to those of
 * the auto-configuration. Decides nothing: whether it is on is known only when the server
 * has started.
 */
final class StatusCondition implements Condition {

	/** By name, since that class refers to those that record. */
	private static final String SOURCE = StatusCondition.class.getPackageName()
			+ ".WebSocketHttp2ServerAutoConfiguration#http2";

	private StatusCondition() {
	}

	static void record(Http2Status status, ConfigurableListableBeanFactory beanFactory) {
		ConditionEvaluationReport.get(beanFactory)
			.recordConditionEvaluation(SOURCE, new StatusCondition(),
					new ConditionOutcome(status.isOn(), status.toString()));
	}

	@Override
	public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
		return true;
	}

}
