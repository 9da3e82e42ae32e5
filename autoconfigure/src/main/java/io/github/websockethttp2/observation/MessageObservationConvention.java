package io.github.websockethttp2.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Chooses the name and the keys of the observation of a message. A bean of this type
 * replaces the default. Key values of low cardinality become tags of a meter, so a client
 * must not be able to make them up.
 */
public interface MessageObservationConvention extends ObservationConvention<MessageObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof MessageObservationContext;
	}

}
