package io.github.websockethttp2;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a package may know of the others.
 */
class ArchitectureTests {

	private static final String BASE = "io.github.websockethttp2.";

	/** Dependencies run downwards. */
	private static final Map<String, Set<String>> ALLOWED = Map.of("autoconfigure",
			Set.of("server", "handshake", "stream", "session", "security", "observation", "actuate", "client"),
			"server", Set.of("handshake", "session", "stream"), "security", Set.of("handshake", "session"), "actuate",
			Set.of("session"), "observation", Set.of("session"), "client", Set.of("stream"), "stream",
			Set.of("session"), "handshake", Set.of(), "session", Set.of());

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
		SlicesRuleDefinition.slices().matching(BASE + "(*)..").should().beFreeOfCycles().check(CLASSES);
	}

	@ParameterizedTest
	@ValueSource(strings = { "handshake", "session", "security" })
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

	static Stream<String> features() {
		return ALLOWED.keySet().stream().sorted();
	}

	private static String feature(JavaClass type) {
		String rest = type.getPackageName().substring(Math.min(BASE.length(), type.getPackageName().length()));
		return rest.contains(".") ? rest.substring(0, rest.indexOf('.')) : rest;
	}

}
