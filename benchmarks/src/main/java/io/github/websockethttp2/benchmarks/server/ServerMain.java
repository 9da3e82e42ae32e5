package io.github.websockethttp2.benchmarks.server;

import io.github.websockethttp2.benchmarks.process.MeasuredMain;

/**
 * The process of a server. Tells its port.
 */
final class ServerMain {

	private ServerMain() {
	}

	public static void main(String[] args) throws Exception {
		int port = start(ServerKind.of(args[0]), ServerSettings.fromProperties());
		MeasuredMain.serve(String.valueOf(port), (line) -> {
			throw new IllegalArgumentException(line);
		});
	}

	private static int start(ServerKind kind, ServerSettings settings) throws Exception {
		return switch (kind) {
			case OURS, METERED, TOPIC, SINK, WEBFLUX -> WebFluxServer.start(kind, settings);
			case ARMERIA -> ArmeriaServer.start(settings);
			case JETTY -> JettyServer.start(settings);
			case NETTY, LOOP -> NettyServer.start(kind, settings);
			default -> throw new IllegalArgumentException("Not a server of this process: " + kind);
		};
	}

}
