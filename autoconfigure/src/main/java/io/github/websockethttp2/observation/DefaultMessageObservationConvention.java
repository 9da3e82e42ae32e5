package io.github.websockethttp2.observation;

import java.util.Locale;

import io.micrometer.common.KeyValues;

/**
 * The names and keys that messages are observed with unless the application has its own.
 */
final class DefaultMessageObservationConvention implements MessageObservationConvention {

	static final String NAME = "websocket.server.message";

	@Override
	public String getName() {
		return NAME;
	}

	@Override
	public String getContextualName(MessageObservationContext context) {
		return "websocket " + direction(context) + " " + uri(context);
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(MessageObservationContext context) {
		return KeyValues.of(WebSocketKey.URI.withValue(uri(context)),
				WebSocketKey.PROTOCOL.withValue(context.getSession().getTransport().protocol().toString()),
				WebSocketKey.DIRECTION.withValue(direction(context)),
				WebSocketKey.TYPE.withValue(lowerCase(context.getType())));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(MessageObservationContext context) {
		return KeyValues.of(WebSocketKey.SESSION_ID.withValue(context.getSession().getId()),
				WebSocketKey.MESSAGE_SIZE.withValue(Integer.toString(context.getSize())));
	}

	private static String uri(MessageObservationContext context) {
		return WebSocketMeterNames.uri(context.getSession().getPathPattern());
	}

	private static String direction(MessageObservationContext context) {
		return lowerCase(context.getDirection());
	}

	private static String lowerCase(Enum<?> constant) {
		return constant.name().toLowerCase(Locale.ROOT);
	}

}
