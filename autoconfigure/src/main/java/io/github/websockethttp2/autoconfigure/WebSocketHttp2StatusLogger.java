package io.github.websockethttp2.autoconfigure;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport.ConditionAndOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport.ConditionAndOutcomes;

/**
 * Logs one line when the starter stays out, with the reason that stands in the conditions
 * report. When it takes part, the server logs the line, since only it knows what it came
 * to.
 */
class WebSocketHttp2StatusLogger implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(WebSocketHttp2StatusLogger.class);

	private final ConfigurableListableBeanFactory beanFactory;

	WebSocketHttp2StatusLogger(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public void afterSingletonsInstantiated() {
		String reason = whyOff(ConditionEvaluationReport.get(this.beanFactory));
		if (reason != null) {
			logger.info("WebSocket over HTTP/2 is off: " + reason);
		}
	}

	private static @Nullable String whyOff(ConditionEvaluationReport report) {
		String name = WebSocketHttp2ServerAutoConfiguration.class.getName();
		if (report.getExclusions().contains(name)) {
			return "excluded is " + name;
		}
		ConditionAndOutcomes outcomes = report.getConditionAndOutcomesBySource().get(name);
		if (outcomes != null) {
			for (ConditionAndOutcome outcome : outcomes) {
				if (!outcome.getOutcome().isMatch()) {
					return outcome.getOutcome().getMessage();
				}
			}
		}
		return null;
	}

}
