package io.github.websockethttp2.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;
import org.jspecify.annotations.Nullable;

/**
 * The observations of WebSockets, with their names and keys.
 */
public enum WebSocketObservation implements ObservationDocumentation {

	/**
	 * WebFlux's own observation of the handshake. It ends with the 101 or the 200, and
	 * has Spring's keys and one more.
	 */
	HANDSHAKE("http.server.requests", null) {

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return new KeyName[] { WebSocketKey.SESSION_ID };
		}

	},

	/**
	 * A message. Off by default.
	 */
	MESSAGE(DefaultMessageObservationConvention.NAME, DefaultMessageObservationConvention.class) {

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return new KeyName[] { WebSocketKey.URI, WebSocketKey.PROTOCOL, WebSocketKey.DIRECTION, WebSocketKey.TYPE };
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return new KeyName[] { WebSocketKey.SESSION_ID, WebSocketKey.MESSAGE_SIZE };
		}

	};

	private final String name;

	private final @Nullable Class<? extends ObservationConvention<? extends Observation.Context>> convention;

	WebSocketObservation(String name,
			@Nullable Class<? extends ObservationConvention<? extends Observation.Context>> convention) {
		this.name = name;
		this.convention = convention;
	}

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public @Nullable Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
		return this.convention;
	}

}
