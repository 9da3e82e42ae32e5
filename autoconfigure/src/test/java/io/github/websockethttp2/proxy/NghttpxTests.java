package io.github.websockethttp2.proxy;

import java.nio.file.Path;
import java.util.List;

import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sessions through nghttpx, which puts them on HTTP/2 connections that they share, never
 * ends its side of a stream after the server has, and fills a connection with as many
 * streams as the server allows.
 */
class NghttpxTests {

	@RegisterExtension
	static final TestServers SMALL = new TestServers(ProxiedServer.class, "websocket.http2.max-sessions=1");

	@TempDir
	private Path directory;

	private Path nghttpx;

	@BeforeEach
	void findNghttpx() {
		this.nghttpx = ProxyProcess.program("nghttpx", "nghttp2-proxy");
	}

	@ParameterizedTest
	@CsvSource({ "H1, H2C", "H2C, H2" })
	void carriesAThousandSessions(Transport frontend, Transport backend) {
		try (TestServer server = TestServer.start(backend, ProxiedServer.class);
				ProxyProcess proxy = start(server.port(), backend)) {
			new ThousandSessions(server, frontend, proxy.port()).run();
		}
	}

	@Test
	void opensAnotherConnectionBeforeTheServerRefuses() {
		try (TestServer server = TestServer.start(Transport.H2C, ProxiedServer.class,
				"websocket.http2.max-sessions-per-connection=128");
				ProxyProcess proxy = start(server.port(), Transport.H2C)) {
			ManySessions.openAtATime(server, proxy.port());
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void passesARefusalOn(Transport frontend) {
		TestServer server = SMALL.server(Transport.H2C);
		try (ProxyProcess proxy = start(server.port(), Transport.H2C)) {
			ManySessions.refused(server, frontend, proxy.port());
		}
	}

	private ProxyProcess start(int serverPort, Transport backend) {
		return ProxyProcess.start(this.directory,
				(directory, port) -> List.of(this.nghttpx.toString(), "--conf=" + directory.resolve("nghttpx.conf"),
						"--single-process", "--frontend=127.0.0.1," + port + ";no-tls",
						"--backend=127.0.0.1," + serverPort + ";;proto=h2" + ((backend.isTls()) ? ";tls" : ""),
						"--insecure", "--accesslog-file=/dev/null"));
	}

}
