/**
 * Meters of the server's sessions, their traces, and observations of their messages. The
 * API is {@link MessageObservationConvention} and {@link MessageObservationContext}; all
 * other types are internal and may change in any version.
 */
@NullMarked
package io.github.websockethttp2.observation;

import org.jspecify.annotations.NullMarked;
