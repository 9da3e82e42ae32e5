package io.github.websockethttp2.channel;

/**
 * What becomes of messages that come.
 */
enum Intake {

	/** They wait for their subscriber. */
	OPEN,

	/** They are dropped, as nobody is there for them. */
	DROPPING,

	/** None will come. */
	TERMINATED

}
