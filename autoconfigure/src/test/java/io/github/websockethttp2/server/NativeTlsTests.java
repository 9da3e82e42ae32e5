package io.github.websockethttp2.server;

import java.util.concurrent.CountDownLatch;

import io.github.websockethttp2.testsupport.ChildJvm;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that has {@code netty-tcnative} on its class path, with nothing else to
 * be set.
 */
@EnabledOnOs(value = { OS.LINUX, OS.MAC, OS.WINDOWS }, architectures = { "amd64", "x86_64", "aarch64" },
		disabledReason = "There is no netty-tcnative-boringssl-static for this platform")
class NativeTlsTests {

	@ParameterizedTest
	@EnumSource(names = { "H1_TLS", "H2" })
	void nativeTlsIsUsedWhereItIsOnTheClassPath(Transport transport) {
		try (ChildJvm server = ChildJvm.start(Server.class, transport.name());
				WebSocketConnection connection = transport.connect(Integer.parseInt(server.awaitLine()))) {
			WebSocketStream socket = connection.open("/echo");
			assertThat(socket.awaitText()).contains("OpenSsl");
			socket.sendText("hello");
			assertThat(socket.awaitText()).isEqualTo("hello");
		}
	}

	/**
	 * The process with native TLS.
	 */
	static final class Server {

		private Server() {
		}

		public static void main(String[] args) throws InterruptedException {
			TestServer server = TestServer.start(Transport.valueOf(args[0]), Handlers.class);
			ChildJvm.tell("" + server.port());
			// Until it is killed
			new CountDownLatch(1).await();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		private volatile String engine = "";

		@Bean
		NettyServerCustomizer seesTheEngine() {
			return (server) -> server.doOnConnection((connection) -> {
				Channel channel = connection.channel();
				Channel tcp = (channel instanceof Http2StreamChannel) ? channel.parent() : channel;
				this.engine = tcp.pipeline().get(SslHandler.class).engine().getClass().getSimpleName();
			});
		}

		@Bean
		@WebSocketMapping("/echo")
		WebSocketHandler echo() {
			return (session) -> session.send(Flux.concat(Mono.fromSupplier(() -> session.textMessage(this.engine)),
					session.receive().doOnNext(WebSocketMessage::retain)));
		}

	}

}
