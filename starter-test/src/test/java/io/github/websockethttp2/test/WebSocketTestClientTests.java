package io.github.websockethttp2.test;

import java.time.Duration;
import java.util.List;

import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.test.TestApplication.Point;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.socket.CloseStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link WebSocketTestClient} against an application in cleartext.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureWebSocketTestClient
class WebSocketTestClientTests {

	private static final Duration SHORT = Duration.ofSeconds(1);

	@Autowired
	private WebSocketSessions sessions;

	@Autowired
	private WebSocketTestClient bean;

	@BeforeEach
	void nothingIsOpen() {
		Awaitility.await().until(() -> this.sessions.getCount() == 0);
	}

	@AfterEach
	void parametersComeToMethodsAroundTests(WebSocketTestClient client, TestInfo test) {
		if (test.getDisplayName().startsWith("over ")) {
			assertThat(client.transport()).hasToString(test.getDisplayName().substring("over ".length()));
		}
	}

	@WebSocketTest
	void greets(WebSocketTestClient client) {
		client.connect("/rooms/{room}", "one")
			.header("X", "y")
			.subProtocols("chat")
			.expectOpen()
			.send("hi")
			.expectText("one: hi")
			.close(1000)
			.expectClosed(1000);
	}

	@WebSocketTest
	void beanAndParameterUseTheTransportOfTheRun(WebSocketTestClient client, TestInfo test) {
		WebSocketTestSession session = client.connect("/echo").expectOpen().send("a").expectText("a");
		boolean http2 = client.transport() != Transport.HTTP_1_1;
		assertThat(test.getDisplayName()).isEqualTo("over " + client.transport());
		assertThat(this.bean.transport()).isEqualTo(client.transport());
		assertThat(session.transport().protocol())
			.isEqualTo((http2) ? WebSocketTransport.Protocol.HTTP_2 : WebSocketTransport.Protocol.HTTP_1_1);
		LiveSession seen = this.sessions.getAll().iterator().next();
		assertThat(seen.getTransport().protocol()).isEqualTo(session.transport().protocol());
	}

	@WebSocketTest
	void socketsShareAConnectionOverHttp2Only(WebSocketTestClient client) {
		String first = client.connect("/echo").expectOpen().transport().connectionId();
		String second = this.bean.connect("/echo").expectOpen().transport().connectionId();
		assertThat(first).isNotEmpty();
		assertThat(first.equals(second)).isEqualTo(client.transport() != Transport.HTTP_1_1);
	}

	@WebSocketTest({ Transport.H2, Transport.H2C })
	void transportsCanBeChosen(WebSocketTestClient client) {
		assertThat(client.connect("/echo").expectOpen().transport().streamId()).isPositive();
	}

	@Test
	void anyOtherTestUsesTheBestOfTheOwnPort(WebSocketTestClient client) {
		assertThat(client.transport()).isEqualTo(Transport.H2C);
		assertThat(client.over(Transport.HTTP_1_1).connect("/echo").expectOpen().transport().protocol())
			.isEqualTo(WebSocketTransport.Protocol.HTTP_1_1);
	}

	@WebSocketTest
	void binary(WebSocketTestClient client) {
		client.connect("/echo").expectOpen().send(new byte[] { 1, 2 }).expectBinary((byte) 1, (byte) 2);
		assertThat(client.connect("/echo").expectOpen().send(new byte[70_000 - 6_000]).expectBinary()).hasSize(64_000);
	}

	@WebSocketTest
	void jsonOfTheApplication(WebSocketTestClient client) {
		WebSocketTestSession session = client.connect("/echo").expectOpen();
		session.sendJson(new Point(1, 2)).expectText("\"1|2\"");
		assertThat(session.sendJson(new Point(3, 4)).expectJson(Point.class)).isEqualTo(new Point(3, 4));
		assertThat(session.send("[\"5|6\"]").expectJson(new ParameterizedTypeReference<List<Point>>() {
		})).containsExactly(new Point(5, 6));
		session.send("\"7|8\"").expectJson(Point.class, (point) -> assertThat(point.x()).isEqualTo(7));
		assertFails(() -> session.send("{").expectJson(Point.class)).withMessageStartingWith("Expected JSON of ")
			.withMessageContaining("but text \"{\" came: ");
	}

	@WebSocketTest
	void refusals(WebSocketTestClient client) {
		HandshakeRefusal refusal = client.connect("/private/name").expectRefused(HttpStatus.UNAUTHORIZED);
		assertThat(refusal.headers().getFirst("WWW-Authenticate")).startsWith("Basic");
		client.connect("/nowhere").expectRefused(HttpStatus.NOT_FOUND);
		client.connect("/echo").header("Origin", "https://elsewhere.example").expectRefused(HttpStatus.FORBIDDEN);
		assertFails(() -> client.connect("/nowhere").expectRefused(HttpStatus.FORBIDDEN))
			.withMessageContaining("to be refused with 403 FORBIDDEN within 20000ms, but it was refused with 404");
		assertFails(() -> client.connect("/echo").expectRefused(HttpStatus.FORBIDDEN))
			.withMessageContaining("but it is open");
		assertFails(() -> client.connect("/nowhere").expectOpen()).withMessageMatching(
				"Expected wss?://localhost:\\d+/nowhere over .* to open within 20000ms, but it was refused with 404.*");
		assertFails(() -> client.connect("/echo").subProtocols("chat").expectOpen())
			.withMessageContaining("but it failed: ")
			.withMessageContaining("chat");
	}

	@WebSocketTest
	void users(WebSocketTestClient client) {
		client.connect("/private/name").basicAuth("ada", "secret").expectOpen().expectText("ada");
		client.connect("/private/name").basicAuth("ada", "wrong").expectRefused(HttpStatus.UNAUTHORIZED);
		client.mutate()
			.defaultHeaders((headers) -> headers.setBasicAuth("ada", "secret"))
			.build()
			.connect("/private/name")
			.expectOpen()
			.expectText("ada");
	}

	@WebSocketTest
	void headersCookiesAndTokens(WebSocketTestClient client) {
		client.mutate()
			.defaultHeader("X-Name", "value")
			.build()
			.connect("/headers")
			.cookie("a", "1")
			.cookie("b", "2")
			.bearerAuth("token")
			.expectOpen()
			.expectText("X-Name=value")
			.expectText("Cookie=a=1; b=2")
			.expectText("Authorization=Bearer token")
			.expectClosed(1000);
	}

	@WebSocketTest
	void endsOfTheServer(WebSocketTestClient client) {
		CloseStatus status = client.connect("/closing/{code}", 4000).expectOpen().expectText("bye").expectClosed();
		assertThat(status).isEqualTo(new CloseStatus(4000, "mine"));
		// Whatever comes before
		client.connect("/closing/4001").expectOpen().expectClosed(4001).expectClosed(4001);
		client.connect("/failing").expectOpen().expectClosed(1011);
		assertFails(() -> client.connect("/closing/4000").expectOpen().expectClosed(1000))
			.withMessageContaining("Expected the end of the session with 1000 from ws")
			.withMessageContaining("with 4000 \"mine\" came");
		assertFails(() -> client.connect("/closing/4000").expectOpen().expectText("bye").expectText("more"))
			.withMessageContaining("Expected text \"more\"")
			.withMessageContaining("but the end of the session with 4000 \"mine\" came");
	}

	@WebSocketTest
	void messageThatIsAnother(WebSocketTestClient client) {
		assertFails(() -> client.connect("/echo").expectOpen().send("b").expectText("a")).withMessageMatching(
				"Expected text \"a\" from wss?://localhost:\\d+/echo over .* within 20000ms, but text \"b\" came");
		assertFails(() -> client.connect("/echo").expectOpen().send(new byte[] { 16 }).expectText())
			.withMessageContaining("Expected a text from ")
			.withMessageContaining("but binary 0x10 came");
		assertFails(() -> client.connect("/echo").expectOpen().send(new byte[] { 16 }).expectBinary((byte) 1))
			.withMessageContaining("Expected binary 0x01 from ");
		assertFails(() -> client.connect("/echo").expectOpen().send("x".repeat(1_000)).expectText("a"))
			.withMessageContaining("x".repeat(1_000));
	}

	@WebSocketTest
	void nothing(WebSocketTestClient client) {
		// The connection, which takes a while over TLS
		client.connect("/echo").expectOpen();
		WebSocketTestClient hasty = client.mutate().timeout(SHORT).build();
		assertFails(() -> hasty.connect("/silent").expectOpen().expectText("a"))
			.withMessageContaining("Expected text \"a\" from ")
			.withMessageEndingWith("within 1000ms, but nothing came");
		assertFails(() -> hasty.connect("/echo").expectOpen().send("a").expectClosed(1000))
			.withMessageEndingWith("but there is still only text \"a\"");
		StepVerifier.create(hasty.exchange("/silent", Flux.never()))
			.expectErrorSatisfies((error) -> assertThat(error).isInstanceOf(AssertionError.class)
				.hasMessageContaining("but nothing came"))
			.verify(Duration.ofSeconds(10));
	}

	@WebSocketTest
	void exchanges(WebSocketTestClient client) {
		StepVerifier.create(client.exchange("/echo", Flux.just("a", "b"))).expectNext("a", "b").thenCancel().verify();
		Awaitility.await().until(() -> this.sessions.getCount() == 0);
		StepVerifier.create(client.exchange("/closing/1000", Flux.never())).expectNext("bye").verifyComplete();
		StepVerifier.create(client.exchange("/closing/4000", Flux.never()))
			.expectNext("bye")
			.verifyErrorSatisfies((error) -> assertThat(error).isInstanceOf(AssertionError.class)
				.hasMessageContaining("4000 \"mine\""));
		StepVerifier.create(client.connect("/rooms/{room}", "one").subProtocols("chat").exchange(Flux.just("a")))
			.expectNext("one: a")
			.thenCancel()
			.verify();
		StepVerifier.create(client.exchange("/nowhere", Flux.never()))
			.expectErrorMessage("Invalid handshake response status: 404 Not Found")
			.verify();
	}

	@WebSocketTest
	void manyUnreadMessages(WebSocketTestClient client) {
		WebSocketTestSession session = client.connect("/echo").expectOpen();
		for (int i = 0; i < 500; i++) {
			session.send("message " + i);
		}
		for (int i = 0; i < 400; i++) {
			session.expectText("message " + i);
		}
		session.close().expectClosed(1000);
	}

	@Test
	void whatNobodySends(WebSocketTestClient client) {
		WebSocketTestSession session = client.connect("/echo").expectOpen();
		assertThatIllegalArgumentException().isThrownBy(() -> session.close(1006)).withMessageContaining("1006");
		assertThatIllegalArgumentException().isThrownBy(() -> client.connect("ws://localhost:80/echo"))
			.withMessageContaining("slash");
	}

	@Test
	void clientBelowCanBeConfigured(WebSocketTestClient client) {
		client.mutate()
			.client((builder) -> builder.compression(true))
			.timeout(Duration.ofSeconds(10))
			.build()
			.connect("/echo")
			.expectOpen()
			.send("a")
			.expectText("a");
	}

	private static org.assertj.core.api.ThrowableAssertAlternative<AssertionError> assertFails(
			org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
		return assertThatExceptionOfType(AssertionError.class).isThrownBy(call);
	}

}
