package io.github.websockethttp2.observation;

import java.util.function.Supplier;

import io.github.websockethttp2.session.LiveSession;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.socket.WebSocketHandler;

/**
 * Observes every message of the sessions of a handler.
 */
public final class MessageObservations {

	private static final MessageObservationConvention DEFAULT = new DefaultMessageObservationConvention();

	private final GuardedMeters guarded = new GuardedMeters();

	private final ObservationRegistry registry;

	private final @Nullable MessageObservationConvention convention;

	/**
	 * Create the observations.
	 * @param registry the registry of the observations
	 * @param convention the application's convention, or {@code null} for the default
	 */
	public MessageObservations(ObservationRegistry registry, @Nullable MessageObservationConvention convention) {
		this.registry = registry;
		this.convention = convention;
	}

	/**
	 * Wraps a handler, which then sees sessions that are observed.
	 * @param handler the handler
	 * @return the handler of the same sessions
	 */
	public WebSocketHandler observe(WebSocketHandler handler) {
		return (session) -> Mono.deferContextual((context) -> {
			Observation trace = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
			return handler.handle((session instanceof LiveSession live)
					? new ObservedSession(session, this.guarded, (direction, message) -> observation(trace,
							() -> new MessageObservationContext(live, direction, message)))
					: session);
		});
	}

	/**
	 * Creates the observation of a message, as a child of what is observed on the current
	 * thread, or else in the trace of the session.
	 */
	private Observation observation(@Nullable Observation trace, Supplier<MessageObservationContext> context) {
		Observation observation = WebSocketObservation.MESSAGE.observation(this.convention, DEFAULT, context,
				this.registry);
		return (this.registry.getCurrentObservation() == null) ? observation.parentObservation(trace) : observation;
	}

}
