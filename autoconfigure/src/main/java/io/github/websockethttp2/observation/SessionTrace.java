package io.github.websockethttp2.observation;

import io.micrometer.observation.NullObservation;
import io.micrometer.observation.Observation;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * The trace that a session's handler runs in: that of its handshake. The observation of
 * the handshake cannot go on as the current one, since it keeps the exchange in memory.
 * Another of its kind would add a span that says nothing. So the current one becomes a
 * {@link NullObservation}, which is neither exported nor metered, with the span of the
 * handshake: it is over, but what happens in the session has it as its parent.
 */
public final class SessionTrace {

	private static final boolean TRACING = ClassUtils
		.isPresent("io.micrometer.tracing.handler.TracingObservationHandler", SessionTrace.class.getClassLoader());

	private SessionTrace() {
	}

	/**
	 * Returns an observation with the trace of another, and nothing else of it.
	 * @param handshake the observation of the handshake
	 * @return the observation for the session, or {@code null} if the handshake is not
	 * traced
	 */
	public static @Nullable Observation of(Observation handshake) {
		return (TRACING) ? Spans.pass(handshake) : null;
	}

	/**
	 * Micrometer Tracing may be absent.
	 */
	private static final class Spans {

		static @Nullable Observation pass(Observation handshake) {
			TracingContext tracing = handshake.getContextView().get(TracingContext.class);
			if (tracing == null || tracing.getSpan() == null) {
				return null;
			}
			TracingContext copy = new TracingContext();
			copy.setSpan(tracing.getSpan());
			Observation session = new NullObservation(handshake.getObservationRegistry());
			session.getContext().put(TracingContext.class, copy);
			return session;
		}

	}

}
