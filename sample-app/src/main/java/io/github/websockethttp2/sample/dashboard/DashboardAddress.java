package io.github.websockethttp2.sample.dashboard;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Logs the address of the dashboard once the server has started.
 */
@Component
class DashboardAddress {

	private static final Log logger = LogFactory.getLog(DashboardAddress.class);

	@EventListener
	void log(WebServerInitializedEvent event) {
		// That of the actuator has a name
		if (event.getApplicationContext().getServerNamespace() == null) {
			logger.info("The dashboard is at https://localhost:" + event.getWebServer().getPort());
		}
	}

}
