package io.github.websockethttp2.test;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.websockethttp2.session.WebSocketSessions;
import io.netty.channel.Channel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link NettySecondListener}, which serves the application as its own port
 * does.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "websocket.http2.max-message-size=1KB")
@AutoConfigureWebSocketTestClient
@Import(SecondListenerTests.Customization.class)
class SecondListenerTests {

	@Autowired
	private Customization customization;

	@Autowired
	private NettyReactiveWebServerFactory factory;

	@WebSocketTest
	void propertiesCount(WebSocketTestClient client) {
		client.connect("/echo").expectOpen().send("x".repeat(1025)).expectClosed(1009);
	}

	@WebSocketTest
	void lostConnectionIs1006AndCustomizersCount(WebSocketTestClient client) {
		this.customization.channels.clear();
		// With connections of its own
		WebSocketTestSession session = client.mutate().client((builder) -> {
		}).build().connect("/echo").expectOpen().send("a").expectText("a");
		assertThat(this.customization.channels).hasSize(1).first().satisfies(SecondListenerTests::abort);
		session.expectClosed(1006);
	}

	/**
	 * Closes TCP, past the handlers that would say good-bye.
	 */
	private static void abort(Channel channel) {
		channel.pipeline().firstContext().close();
	}

	@Test
	void factoryIsAsItWas() {
		assertThat(this.factory.getPort()).isZero();
		assertThat(this.factory.getAddress()).isNull();
		assertThat(this.factory.getSsl() == null || !this.factory.getSsl().isEnabled()).isTrue();
	}

	@Test
	void stopsWithTheApplicationThatStillHasSockets() {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(TestApplication.class,
				WebSocketTestClientAutoConfiguration.class)
			.run("--server.port=0", "--websocket.http2.shutdown.spread=0s");
		WebSocketTestClient client = context.getBean(WebSocketTestClient.class);
		SecondListener listener = context.getBean(SecondListener.class);
		int port = listener.port();
		WebSocketTestSession[] sessions = { client.over(Transport.HTTP_1_1).connect("/echo").expectOpen(),
				client.over(Transport.H2C).connect("/echo").expectOpen(),
				client.over(Transport.H2).connect("/echo").expectOpen() };
		Awaitility.await().until(() -> context.getBean(WebSocketSessions.class).getCount() == 3);
		assertThat(port).isPositive();
		context.close();
		for (WebSocketTestSession session : sessions) {
			session.expectClosed(1001);
		}
		assertThatIllegalStateException().isThrownBy(listener::port).withMessage("The application does not run");
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Customization {

		private final Set<Channel> channels = ConcurrentHashMap.newKeySet();

		@Bean
		NettyServerCustomizer channels() {
			return (server) -> server.doOnChannelInit((observer, channel, address) -> this.channels.add(channel));
		}

	}

}
