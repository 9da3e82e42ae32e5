package io.github.websockethttp2.testsupport;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.github.websockethttp2.handshake.SameOriginPolicy;
import org.slf4j.LoggerFactory;

/**
 * Captures what is logged from its start to its end. Start it when the application has
 * started: start-up logs, and it resets logging, upon which the capture would see nothing
 * and thus fails.
 */
public final class LogCapture implements AutoCloseable {

	private final Appender appender = new Appender();

	private final Logger logger;

	private final Logger root;

	private final Level levelBefore;

	private LogCapture(String loggerName, Level level) {
		LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
		this.root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
		this.logger = context.getLogger(loggerName);
		this.levelBefore = this.logger.getLevel();
		if (level != null) {
			this.logger.setLevel(level);
		}
		this.appender.setContext(context);
		this.appender.start();
		this.root.addAppender(this.appender);
	}

	/**
	 * Captures what the loggers log as they are configured.
	 * @return the capture
	 */
	public static LogCapture start() {
		return new LogCapture(org.slf4j.Logger.ROOT_LOGGER_NAME, null);
	}

	/**
	 * Captures all loggers, one of them at another level until the capture is closed.
	 * @param loggerName the logger
	 * @param level its level
	 * @return the capture
	 */
	public static LogCapture start(String loggerName, Level level) {
		return new LogCapture(loggerName, level);
	}

	/**
	 * Returns what has been logged so far.
	 * @return the events
	 */
	public List<ILoggingEvent> events() {
		assertAttached();
		return List.copyOf(this.appender.events);
	}

	/**
	 * Returns the formatted messages that have been logged so far.
	 * @return the messages
	 */
	public List<String> messages() {
		return events().stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

	/**
	 * Asserts that nothing has been logged above a level, but for the one warning that
	 * the first refused origin is worth.
	 * @param level the highest level that may be
	 */
	public void assertNothingAbove(Level level) {
		String above = events().stream()
			.filter((event) -> event.getLevel().toInt() > level.toInt())
			.filter((event) -> !event.getLoggerName().equals(SameOriginPolicy.class.getName()))
			.map(LogCapture::describe)
			.collect(Collectors.joining("\n"));
		if (!above.isEmpty()) {
			throw new AssertionError("Logged above " + level + ":\n" + above);
		}
	}

	@Override
	public void close() {
		this.root.detachAppender(this.appender);
		this.appender.stop();
		this.logger.setLevel(this.levelBefore);
	}

	private void assertAttached() {
		if (!this.appender.isStarted() || !this.root.isAttached(this.appender)) {
			throw new AssertionError("Logging was reset during the capture; start it after the application");
		}
	}

	private static String describe(ILoggingEvent event) {
		return event.getLevel() + " " + event.getLoggerName() + " [" + event.getThreadName() + "] "
				+ event.getFormattedMessage() + ((event.getThrowableProxy() != null)
						? "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy()) : "");
	}

	/**
	 * Keeps the events.
	 */
	private static final class Appender extends AppenderBase<ILoggingEvent> {

		private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

		@Override
		protected void append(ILoggingEvent event) {
			event.prepareForDeferredProcessing();
			this.events.add(event);
		}

	}

}
