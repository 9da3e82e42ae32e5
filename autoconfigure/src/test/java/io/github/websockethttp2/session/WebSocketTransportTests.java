package io.github.websockethttp2.session;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;

import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link WebSocketTransport}.
 */
class WebSocketTransportTests {

	@Test
	void transportOfASessionThatSomebodyElseHasOpenedIsHttp1() {
		WebSocketSession session = mock();
		given(session.getAttributes()).willReturn(Map.of("a", "b"));
		assertThat(WebSocketTransport.of(session))
			.isEqualTo(new WebSocketTransport(WebSocketTransport.Protocol.HTTP_1_1, "", 0));
	}

	@ParameterizedTest
	@NullSource
	void transportOfAMockIsHttp1(Map<String, Object> attributes) {
		WebSocketSession session = mock();
		given(session.getAttributes()).willReturn(attributes);
		assertThat(WebSocketTransport.of(session).protocol()).isEqualTo(WebSocketTransport.Protocol.HTTP_1_1);
	}

	@Test
	void transportOfASessionOfOursIsWhatItWasOpenedWith() {
		WebSocketTransport transport = new WebSocketTransport(WebSocketTransport.Protocol.HTTP_2, "c", 3);
		WebSocketSession session = mock();
		given(session.getAttributes()).willReturn(Map.of(WebSocketTransport.ATTRIBUTE, transport));
		assertThat(WebSocketTransport.of(session)).isSameAs(transport);
	}

}
