package io.github.websockethttp2.test;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What this module may know of the others, and what tests may know of it.
 */
class ArchitectureTests {

	private static final String BASE = "io.github.websockethttp2.";

	/** What tests may rely on from one version to the next. */
	private static final Set<String> API = Set.of("AutoConfigureWebSocketTestClient", "HandshakeRefusal",
			"HandshakeSpec", "Transport", "WebSocketTest", "WebSocketTestClient",
			"WebSocketTestClientBuilderCustomizer", "WebSocketTestSession");

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages(BASE + "test");

	@Test
	void apiOfTheStarterIsEnough() {
		List<String> others = CLASSES.stream()
			.flatMap((type) -> type.getDirectDependenciesFromSelf().stream())
			.map(Dependency::getTargetClass)
			.map((type) -> type.getBaseComponentType().getName().replaceFirst("\\$.*", ""))
			.filter((name) -> name.startsWith(BASE) && !name.startsWith(BASE + "test."))
			.distinct()
			.toList();
		assertThat(others).isSubsetOf(BASE + "client.Http2WebSocketClient", BASE + "session.WebSocketTransport");
	}

	@Test
	void nothingButTheApiIsPublic() {
		assertThat(CLASSES.stream()
			.filter((type) -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
			.map(JavaClass::getSimpleName)).containsExactlyInAnyOrderElementsOf(API);
	}

	@Test
	void apiKnowsOnlyItself() {
		Stream<JavaClass> types = CLASSES.stream()
			.filter((type) -> API
				.contains(type.getName().substring((BASE + "test.").length()).replaceFirst("\\$.*", "")))
			.flatMap((type) -> type.getMethods().stream())
			.filter((method) -> method.getModifiers().contains(JavaModifier.PUBLIC))
			.flatMap((method) -> Stream.concat(Stream.of(method.getRawReturnType()),
					method.getRawParameterTypes().stream()));
		assertThat(types.filter((type) -> type.getName().startsWith(BASE + "test."))
			.map((type) -> type.getName().substring((BASE + "test.").length()).replaceFirst("\\$.*", "")))
			.isSubsetOf(API);
	}

}
