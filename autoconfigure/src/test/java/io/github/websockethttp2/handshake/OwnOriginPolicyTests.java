package io.github.websockethttp2.handshake;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application's own {@link OriginPolicy}, which takes the place of ours.
 */
class OwnOriginPolicyTests {

	@RegisterExtension
	static final TestServers servers = new TestServers(Application.class);

	@ParameterizedTest
	@EnumSource(Transport.class)
	void decidesInPlaceOfOurs(Transport transport) {
		assertThat(handshake(transport, "https://tenant.example")).isEqualTo((transport.isHttp2()) ? 200 : 101);
		assertThat(handshake(transport, "https://other.example")).isEqualTo(403);
	}

	@ParameterizedTest
	@EnumSource(Transport.class)
	void itsRefusalsAreForTheOrigin(Transport transport) throws Exception {
		BlockingQueue<HandshakeRefusal> refusals = new LinkedBlockingQueue<>();
		servers.server(transport).bean(HandshakeOutcomes.class).addListener(new HandshakeListener() {

			@Override
			public void accepted(Handshake handshake) {
			}

			@Override
			public void refused(Handshake handshake, HandshakeRefusal refusal) {
				refusals.add(refusal);
			}

		});
		handshake(transport, "https://other.example");
		assertThat(refusals.poll(Waiting.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS))
			.isEqualTo(new HandshakeRefusal(RefusalReason.ORIGIN, 403));
	}

	@Test
	void runsFirst() {
		assertThat(new TenantOrigins().getOrder()).isEqualTo(new SameOriginPolicy(List.of(), List.of()).getOrder());
	}

	private static int handshake(Transport transport, String origin) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			return connection.handshake("/ws", "origin", origin);
		}
	}

	static final class TenantOrigins implements OriginPolicy {

		@Override
		public Mono<HandshakeDecision> decide(ServerWebExchange exchange) {
			return Mono.fromSupplier(() -> decide(exchange.getRequest().getHeaders()));
		}

		@Override
		public HandshakeDecision decide(String scheme, String authority, HttpHeaders request, HttpHeaders response) {
			return decide(request);
		}

		private static HandshakeDecision decide(HttpHeaders headers) {
			return ("https://tenant.example".equals(headers.getOrigin())) ? HandshakeDecision.accept()
					: HandshakeDecision.refuse("Not a tenant's page");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		HandlerMapping mapping() {
			WebSocketHandler handler = (session) -> session.receive().then();
			return new SimpleUrlHandlerMapping(Map.of("/ws", handler), -1);
		}

		@Bean
		OriginPolicy tenantOrigins() {
			return new TenantOrigins();
		}

	}

}
