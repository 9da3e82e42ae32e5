package io.github.websockethttp2.channel;

/**
 * What happens to the messages that arrive.
 */
enum Intake {

	/** They wait for their subscriber. */
	OPEN,

	/** They are dropped, since nobody reads them. */
	DROPPING,

	/** No more will arrive. */
	TERMINATED

}
