package io.github.websockethttp2.sample;

import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

/**
 * The sample and its tests use the starter as any application may.
 */
class ArchitectureTests {

	private static final String BASE = "io.github.websockethttp2.";

	/** The API for applications, with its nested types. */
	private static final Set<String> API = Set.of("client.Http2WebSocketClient", "client.ReconnectingWebSocketClient",
			"handshake.HandshakeDecision", "handshake.HandshakePolicy", "handshake.ReceivedRequest",
			"server.WebSocketMapping", "session.LiveSession", "session.SessionEvent", "session.UncompressedMessage",
			"session.WebSocketSessions", "session.WebSocketTransport", "test.AutoConfigureWebSocketTestClient",
			"test.HandshakeSpec", "test.Transport", "test.WebSocketTest", "test.WebSocketTestClient",
			"test.WebSocketTestSession", "topic.Delivery", "topic.SlowConsumer", "topic.Topic", "topic.TopicEngine",
			"topic.TopicSignal", "topic.Topics");

	private static final JavaClasses CLASSES = new ClassFileImporter().importPackages(BASE + "sample");

	@Test
	void sampleUsesNothingButTheApi() {
		ArchRuleDefinition.noClasses()
			.should()
			.dependOnClassesThat(
					DescribedPredicate.describe("are internal to the starter", ArchitectureTests::isInternal))
			.check(CLASSES);
	}

	@Test
	void packagesDoNotKnowEachOther() {
		SlicesRuleDefinition.slices().matching(BASE + "sample.(*)..").should().notDependOnEachOther().check(CLASSES);
	}

	private static boolean isInternal(JavaClass type) {
		String name = type.getBaseComponentType().getName();
		return name.startsWith(BASE) && !name.startsWith(BASE + "sample.")
				&& !API.contains(name.substring(BASE.length()).replaceFirst("\\$.*", ""));
	}

}
