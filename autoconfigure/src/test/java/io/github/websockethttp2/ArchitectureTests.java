package io.github.websockethttp2;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a package may know of the others.
 */
class ArchitectureTests {

	private static final String BASE = "io.github.websockethttp2.";

	/** Dependencies run downwards, and frame, session and handshake know none of ours. */
	private static final Map<String, Set<String>> ALLOWED = Map.ofEntries(
			Map.entry("autoconfigure",
					Set.of("server", "server.http2", "server.foreign", "security", "observation", "actuate", "client",
							"topic", "channel", "transport", "handshake", "session")),
			Map.entry("server",
					Set.of("server.http2", "server.foreign", "channel", "transport", "frame", "observation", "topic",
							"handshake", "session")),
			Map.entry("server.foreign", Set.of("server.http2")),
			Map.entry("server.http2", Set.of("channel", "transport", "frame", "session")),
			Map.entry("client", Set.of("channel", "transport", "frame", "session")),
			Map.entry("topic", Set.of("channel", "frame", "session")),
			Map.entry("channel", Set.of("transport", "frame", "session")),
			Map.entry("transport", Set.of("frame", "session")), Map.entry("frame", Set.of()),
			Map.entry("session", Set.of()), Map.entry("handshake", Set.of()),
			Map.entry("security", Set.of("handshake", "session")),
			Map.entry("observation", Set.of("client", "topic", "handshake", "session")),
			Map.entry("actuate", Set.of("server.http2", "handshake", "session")));

	/** What applications use, and what they may rely on from one version to the next. */
	private static final Set<String> API = Set.of("server.WebSocketMapping", "session.WebSocketSessions",
			"session.LiveSession", "session.SessionEvent", "session.WebSocketTransport", "session.UncompressedMessage",
			"handshake.HandshakePolicy", "handshake.HandshakeDecision", "handshake.OriginPolicy",
			"handshake.ReceivedRequest", "server.WebSocketMappingHandlerMapping", "security.PrincipalExpiry",
			"client.Http2WebSocketClient", "client.ClientListener", "client.FallbackCause",
			"client.Http2WebSocketClientCustomizer", "client.ReconnectingWebSocketClient", "client.Reconnect",
			"client.WebSocketClosedException", "observation.MessageObservationConvention",
			"observation.MessageObservationContext", "observation.ClientMeters", "topic.Topics", "topic.Topic",
			"topic.Delivery", "topic.SlowConsumer", "topic.TopicEvent", "topic.TopicEngine", "topic.TopicSignal",
			"topic.TopicHistory", "topic.TopicPosition", "topic.MissedMessagesException");

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("io.github.websockethttp2");

	@Test
	void everyPackageHasItsPlace() {
		assertThat(CLASSES).isNotEmpty();
		assertThat(CLASSES.stream().map(ArchitectureTests::feature)).isSubsetOf(ALLOWED.keySet());
	}

	@ParameterizedTest
	@MethodSource("features")
	void packageDependsOnlyOnThoseBelow(String feature) {
		List<String> upwards = CLASSES.stream()
			.filter((type) -> feature(type).equals(feature))
			.flatMap((type) -> type.getDirectDependenciesFromSelf().stream())
			.filter((dependency) -> dependency.getTargetClass().getPackageName().startsWith(BASE))
			.filter((dependency) -> !feature(dependency.getTargetClass()).equals(feature))
			.filter((dependency) -> !ALLOWED.get(feature).contains(feature(dependency.getTargetClass())))
			.map(Dependency::getDescription)
			.toList();
		assertThat(upwards).as("%s may depend on %s only", feature, ALLOWED.get(feature)).isEmpty();
	}

	@Test
	void packagesAreFreeOfCycles() {
		SlicesRuleDefinition.slices()
			.matching("io.github.websockethttp2.(**)")
			.should()
			.beFreeOfCycles()
			.check(CLASSES);
	}

	@Test
	void classesAreFreeOfCycles() {
		SlicesRuleDefinition.slices().assignedFrom(new OutermostClasses()).should().beFreeOfCycles().check(CLASSES);
	}

	@ParameterizedTest
	@ValueSource(strings = { "handshake", "session", "security", "observation", "actuate" })
	void packageKnowsNoNetty(String feature) {
		ArchRuleDefinition.noClasses()
			.that()
			.resideInAPackage(BASE + feature + "..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.netty..", "reactor.netty..")
			.allowEmptyShould(true)
			.check(CLASSES);
	}

	/**
	 * What an application can get hold of leads to nothing that is internal.
	 */
	@Test
	void apiKnowsOnlyItself() {
		assertThat(CLASSES.stream().map(ArchitectureTests::shortName)).containsAll(API);
		List<String> internals = CLASSES.stream()
			.filter((type) -> API.contains(shortName(type)))
			.flatMap((type) -> type.getMethods().stream())
			.filter((method) -> method.getModifiers().contains(JavaModifier.PUBLIC))
			.flatMap((method) -> Stream.concat(Stream.of(method.getRawReturnType()),
					method.getRawParameterTypes().stream()))
			.map(JavaClass::getBaseComponentType)
			.filter((type) -> type.getPackageName().startsWith(BASE))
			.map(ArchitectureTests::shortName)
			.filter((name) -> !API.contains(name))
			.toList();
		assertThat(internals).isEmpty();
	}

	/**
	 * Conditions on properties are decided when an application is processed ahead of
	 * time, and not when it runs.
	 */
	@Test
	void noBeanDependsOnAProperty() {
		ArchRuleDefinition.noClasses()
			.should()
			.dependOnClassesThat()
			.haveNameMatching(".*\\.ConditionalOn\\w*(Property|Expression)")
			.check(CLASSES);
	}

	/**
	 * A bean that makes way for the user's own has a type that a user can have a bean of.
	 */
	@Test
	void whatUsersMayReplaceIsApi() {
		List<String> replaceable = CLASSES.stream()
			.flatMap((type) -> type.getMethods().stream())
			.filter((method) -> method.isAnnotatedWith(ConditionalOnMissingBean.class))
			.map((method) -> {
				Class<?>[] types = method.getAnnotationOfType(ConditionalOnMissingBean.class).value();
				return (types.length > 0) ? types[0].getName() : method.getRawReturnType().getName();
			})
			.map((name) -> name.substring(BASE.length()).split("\\$", 2)[0])
			.toList();
		assertThat(replaceable).contains("handshake.OriginPolicy").isSubsetOf(API);
	}

	static Stream<String> features() {
		return ALLOWED.keySet().stream().sorted();
	}

	private static String feature(JavaClass type) {
		return type.getPackageName().substring(Math.min(BASE.length(), type.getPackageName().length()));
	}

	/**
	 * The name behind the base package of the class that a class is nested in.
	 */
	private static String shortName(JavaClass type) {
		return (type.getName().startsWith(BASE)) ? type.getName().substring(BASE.length()).split("\\$", 2)[0]
				: type.getName();
	}

	private static final class OutermostClasses implements SliceAssignment {

		@Override
		public SliceIdentifier getIdentifierOf(JavaClass type) {
			return (type.getName().startsWith(BASE)) ? SliceIdentifier.of(shortName(type)) : SliceIdentifier.ignore();
		}

		@Override
		public String getDescription() {
			return "classes with those nested in them";
		}

	}

}
