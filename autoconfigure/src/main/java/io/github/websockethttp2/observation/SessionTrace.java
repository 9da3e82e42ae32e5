package io.github.websockethttp2.observation;

import io.micrometer.observation.NullObservation;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.beans.BeanWrapperImpl;
import org.springframework.util.ClassUtils;

/**
 * The trace that a session's handler runs in: that of its handshake. The observation of
 * the handshake cannot go on as the current one, since it keeps the exchange in memory.
 * Another of its kind would add a span that says nothing. So the current one becomes a
 * {@link NullObservation}, which is neither exported nor metered, with the span of the
 * handshake: it is over, but what happens in the session has it as its parent.
 */
public final class SessionTrace {

	/**
	 * Name of the type with which Micrometer Tracing keeps the span of an observation. By
	 * name, since Micrometer Tracing may be absent.
	 */
	public static final String TRACING_CONTEXT = "io.micrometer.tracing.handler.TracingObservationHandler$TracingContext";

	private static final String SPAN = "span";

	private static final @Nullable Class<?> TYPE = type();

	private SessionTrace() {
	}

	private static @Nullable Class<?> type() {
		ClassLoader classLoader = SessionTrace.class.getClassLoader();
		return (ClassUtils.isPresent(TRACING_CONTEXT, classLoader))
				? ClassUtils.resolveClassName(TRACING_CONTEXT, classLoader) : null;
	}

	/**
	 * Returns an observation with the trace of another, and nothing else of it.
	 * @param handshake the observation of the handshake
	 * @return the observation for the session, or {@code null} if the handshake is not
	 * traced
	 */
	public static @Nullable Observation of(Observation handshake) {
		Class<?> type = TYPE;
		Object tracing = (type != null) ? handshake.getContextView().get(type) : null;
		Object span = (tracing != null) ? new BeanWrapperImpl(tracing).getPropertyValue(SPAN) : null;
		if (type == null || span == null) {
			return null;
		}
		Object copy = BeanUtils.instantiateClass(type);
		new BeanWrapperImpl(copy).setPropertyValue(SPAN, span);
		Observation session = new NullObservation(handshake.getObservationRegistry());
		session.getContext().put(type, copy);
		return session;
	}

}
