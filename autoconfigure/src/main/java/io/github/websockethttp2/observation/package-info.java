/**
 * Meters of the server's sessions and of clients, traces, and observations of messages.
 * The API is {@link MessageObservationConvention}, {@link MessageObservationContext} and
 * {@link ClientMeters}; all other types are internal and may change in any version.
 */
@NullMarked
package io.github.websockethttp2.observation;

import org.jspecify.annotations.NullMarked;
