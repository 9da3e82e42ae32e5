package io.github.websockethttp2.session;

/**
 * Drains single connections. Implemented where connections carry several sessions.
 */
@FunctionalInterface
public interface ConnectionDraining {

	/**
	 * Tells a client to open no more streams on a connection. Open sessions go on.
	 * @param connectionId the id of the connection, as in {@link WebSocketTransport}
	 * @return whether there is such a connection
	 */
	boolean goAway(String connectionId);

}
