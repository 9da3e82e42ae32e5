package io.github.websockethttp2.channel;

import java.util.concurrent.RejectedExecutionException;

import io.netty.channel.EventLoop;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Runs tasks on event loops, which are gone once the server has shut down.
 */
final class EventLoops {

	private static final Log logger = LogFactory.getLog(EventLoops.class);

	private EventLoops() {
	}

	/**
	 * Runs a task on an event loop, at once if the current thread is its thread.
	 * @param eventLoop the event loop
	 * @param task the task
	 * @return {@code false} if the event loop is gone and the task will not run
	 */
	static boolean tryExecute(EventLoop eventLoop, Runnable task) {
		if (eventLoop.inEventLoop()) {
			task.run();
			return true;
		}
		try {
			eventLoop.execute(task);
			return true;
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The server is down, and its sessions with it: " + ex);
			return false;
		}
	}

}
