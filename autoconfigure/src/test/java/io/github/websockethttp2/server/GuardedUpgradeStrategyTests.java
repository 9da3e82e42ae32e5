package io.github.websockethttp2.server;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.websockethttp2.handshake.Handshake;
import io.github.websockethttp2.handshake.HandshakeDecision;
import io.github.websockethttp2.handshake.HandshakeListener;
import io.github.websockethttp2.handshake.HandshakeOutcomes;
import io.github.websockethttp2.handshake.HandshakePolicies;
import io.github.websockethttp2.handshake.HandshakeRefusal;
import io.github.websockethttp2.handshake.ObservedHandshakes;
import io.github.websockethttp2.handshake.RefusalReason;
import io.github.websockethttp2.testsupport.Waiting;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.server.RequestUpgradeStrategy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What other servers' strategies are given. {@code src/matrix/run servers} runs them.
 */
class GuardedUpgradeStrategyTests {

	private static final WebSocketHandler HANDLER = (session) -> Mono.empty();

	private final List<Map<String, Object>> upgraded = new ArrayList<>();

	private final List<Object> told = new ArrayList<>();

	private final RequestUpgradeStrategy delegate = (exchange, handler, subProtocol, info) -> Mono
		.fromRunnable(() -> this.upgraded.add(info.get().getAttributes()));

	private final MockServerWebExchange exchange = MockServerWebExchange
		.from(MockServerHttpRequest.get("http://host.example/rooms/one"));

	@Test
	void variablesOfThePathAreAmongTheAttributes() {
		this.exchange.getAttributes().put(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE, Map.of("room", "one"));
		upgrade(HandshakeDecision.accept());
		assertThat(this.upgraded).containsExactly(Map.of("of", "the web session", "room", "one"));
	}

	@Test
	void pathWithoutVariablesAddsNone() {
		upgrade(HandshakeDecision.accept());
		assertThat(this.upgraded).containsExactly(Map.of("of", "the web session"));
	}

	@Test
	void whatIsRefusedIsNotUpgraded() {
		upgrade(HandshakeDecision.refuse(HttpStatus.CONFLICT, "a session too many"));
		assertThat(this.upgraded).isEmpty();
		assertThat(this.exchange.getResponse().getStatusCode()).isEqualTo(HttpStatus.CONFLICT);
	}

	@Test
	void outcomeIsToldToThoseWhoListen() {
		handle(this.delegate, HandshakeDecision.accept());
		handle(this.delegate, HandshakeDecision.refuse(HttpStatus.CONFLICT, "a session too many"));
		assertThat(this.told).containsExactly("accepted", new HandshakeRefusal(RefusalReason.POLICY, 409));
	}

	/**
	 * As Tomcat does with another version.
	 */
	@Test
	void serverThatAnswersByItselfHasRefused() {
		handle((exchange, handler, subProtocol, info) -> {
			exchange.getResponse().setStatusCode(HttpStatus.UPGRADE_REQUIRED);
			return exchange.getResponse().setComplete();
		}, HandshakeDecision.accept());
		assertThat(this.told).containsExactly(new HandshakeRefusal(RefusalReason.VERSION, 426));
	}

	/**
	 * Strategies complete the response before they upgrade.
	 */
	@Test
	void upgradeThatFailsIsAnErrorUnlessTheClientHasLeft() {
		handle((exchange, handler, subProtocol,
				info) -> exchange.getResponse().setComplete().then(Mono.error(new IllegalStateException("as ordered"))),
				HandshakeDecision.accept());
		assertThat(this.told).containsExactly(new HandshakeRefusal(RefusalReason.ERROR, 500));
		handle((exchange, handler, subProtocol,
				info) -> exchange.getResponse().setComplete().then(Mono.error(new IOException("as ordered"))),
				HandshakeDecision.accept());
		assertThat(this.told).hasSize(1);
	}

	private void handle(RequestUpgradeStrategy strategy, HandshakeDecision decision) {
		HandshakeOutcomes outcomes = new HandshakeOutcomes();
		outcomes.addListener(new HandshakeListener() {

			@Override
			public void accepted(Handshake handshake) {
				GuardedUpgradeStrategyTests.this.told.add("accepted");
			}

			@Override
			public void refused(Handshake handshake, HandshakeRefusal refusal) {
				GuardedUpgradeStrategyTests.this.told.add(refusal);
			}

		});
		HandshakePolicies policies = new HandshakePolicies(List.of((asked) -> Mono.just(decision)));
		ServerHttpRequest request = MockServerHttpRequest.get("/").header("upgrade", "websocket").build();
		HttpHandler application = (presented, response) -> new GuardedUpgradeStrategy(strategy, () -> policies).upgrade(
				this.exchange.mutate().response(response).build(), HANDLER, null, GuardedUpgradeStrategyTests::info);
		new ObservedHandshakes(application, outcomes, (presented) -> Handshake.HTTP_1_1)
			.handle(request, new MockServerHttpResponse())
			.onErrorComplete()
			.block(Waiting.TIMEOUT);
	}

	private void upgrade(HandshakeDecision decision) {
		new GuardedUpgradeStrategy(this.delegate, () -> (asked) -> Mono.just(decision))
			.upgrade(this.exchange, HANDLER, null, GuardedUpgradeStrategyTests::info)
			.block(Waiting.TIMEOUT);
	}

	private static HandshakeInfo info() {
		return new HandshakeInfo(URI.create("http://host.example/rooms/one"), HttpHeaders.EMPTY,
				new LinkedMultiValueMap<>(), Mono.empty(), null, null, Map.of("of", "the web session"), null);
	}

}
