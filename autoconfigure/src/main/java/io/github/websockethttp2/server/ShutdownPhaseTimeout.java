package io.github.websockethttp2.server;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

import org.springframework.beans.ConfigurablePropertyAccessor;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.LifecycleProcessor;
import org.springframework.context.support.DefaultLifecycleProcessor;

/**
 * Finds how long the context waits for the {@link SessionDraining}. Spring's processor
 * has setters for the timeout, of all phases or of single ones, but no getters, so its
 * fields are read. {@code ShutdownPhaseTimeoutTests} fails when they are renamed.
 */
public final class ShutdownPhaseTimeout implements Supplier<Duration> {

	private static final String OF_ALL = "timeoutPerShutdownPhase";

	private static final String OF_SOME = "timeoutsForShutdownPhases";

	private final ObjectProvider<LifecycleProcessor> processor;

	private final Duration configured;

	/**
	 * Create a timeout.
	 * @param processor the context's processor
	 * @param configured the timeout to use if the processor's cannot be read
	 */
	public ShutdownPhaseTimeout(ObjectProvider<LifecycleProcessor> processor, Duration configured) {
		this.processor = processor;
		this.configured = configured;
	}

	@Override
	public Duration get() {
		LifecycleProcessor known = this.processor.getIfUnique();
		return (known instanceof DefaultLifecycleProcessor) ? read(known) : this.configured;
	}

	private Duration read(LifecycleProcessor known) {
		ConfigurablePropertyAccessor fields = PropertyAccessorFactory.forDirectFieldAccess(known);
		if (fields.isReadableProperty(OF_SOME) && fields.getPropertyValue(OF_SOME) instanceof Map<?, ?> timeouts
				&& timeouts.get(SessionDraining.STOP_PHASE) instanceof Long millis) {
			return Duration.ofMillis(millis);
		}
		return (fields.isReadableProperty(OF_ALL) && fields.getPropertyValue(OF_ALL) instanceof Long millis)
				? Duration.ofMillis(millis) : this.configured;
	}

}
