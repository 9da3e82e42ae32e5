package io.github.websockethttp2.proxy;

import java.nio.file.Path;

import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sessions through HAProxy, which puts them on HTTP/2 connections that they share.
 */
class HaproxyTests {

	@RegisterExtension
	static final TestServers SMALL = new TestServers(ProxiedServer.class, "websocket.http2.max-sessions=1");

	@RegisterExtension
	static final TestServers PINGING = new TestServers(ProxiedServer.class,
			"websocket.http2.heartbeat.session-ping=true", "websocket.http2.heartbeat.interval=500ms");

	@TempDir
	private Path directory;

	@BeforeEach
	void isInstalled() {
		ProxyProcess.program("haproxy", "haproxy");
	}

	@ParameterizedTest
	@CsvSource({ "H1, H2C", "H2C, H2" })
	void carriesAThousandSessions(Transport frontend, Transport backend) {
		try (TestServer server = TestServer.start(backend, ProxiedServer.class);
				ProxyProcess proxy = ProxyProcess.haproxy(this.directory, server.port(), backend, "1h")) {
			new ThousandSessions(server, frontend, proxy.port()).run();
		}
	}

	@Test
	void opensAnotherConnectionBeforeTheServerRefuses() {
		try (TestServer server = TestServer.start(Transport.H2C, ProxiedServer.class);
				ProxyProcess proxy = ProxyProcess.haproxy(this.directory, server.port(), Transport.H2C, "1h")) {
			ManySessions.openAtATime(server, proxy.port());
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void passesARefusalOn(Transport frontend) {
		TestServer server = SMALL.server(Transport.H2C);
		try (ProxyProcess proxy = ProxyProcess.haproxy(this.directory, server.port(), Transport.H2C, "1h")) {
			ManySessions.refused(server, frontend, proxy.port());
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void endsAnIdleTunnel(Transport frontend) {
		TestServer server = SMALL.server(Transport.H2C);
		try (ProxyProcess proxy = ProxyProcess.haproxy(this.directory, server.port(), Transport.H2C, "500ms");
				WebSocketConnection connection = frontend.connect(proxy.port())) {
			connection.open(ProxiedServer.ECHO).awaitEndOfBytes();
			Awaitility.await().until(() -> server.bean(WebSocketSessions.class).getCount() == 0);
			assertThat(server.bean(ProxiedServer.Seen.class).closeStatuses()).containsOnlyKeys(1006);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void sessionPingKeepsATunnelOpen(Transport frontend) {
		TestServer server = PINGING.server(Transport.H2C);
		try (ProxyProcess proxy = ProxyProcess.haproxy(this.directory, server.port(), Transport.H2C, "2s");
				WebSocketConnection connection = frontend.connect(proxy.port())) {
			WebSocketStream socket = connection.open(ProxiedServer.ECHO);
			for (int i = 0; i < 6; i++) {
				socket.sendPong(socket.awaitPing());
			}
			socket.sendClose(1000, "");
			assertThat(socket.skipToClose().code()).isEqualTo(1000);
		}
	}

}
