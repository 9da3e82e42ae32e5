package io.github.websockethttp2.benchmarks.scaling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tables of {@code docs/scaling.md} are those that are calculated and simulated.
 */
class ScalingPageTests {

	private static final Path PAGE = Path.of("..", "docs", "scaling.md");

	private final Measured measured = Measured.load("");

	@Test
	void serversAreThoseOfTheCalculator() throws IOException {
		assertTable("scaling", ScalingTable.of(this.measured).table());
	}

	@Test
	void stormsAreThoseOfTheSimulation() throws IOException {
		StormTables storms = new StormTables(this.measured, StormTables.SEED);
		assertTable("storm-clients", storms.clients());
		assertTable("storm-openings", storms.openings());
		assertTable("storm-servers", storms.servers());
		assertTable("storm-shutdowns", storms.shutdowns());
		assertTable("storm-guesses", storms.guesses());
		assertTable("storm-seconds", storms.seconds());
	}

	private static void assertTable(String name, Object table) throws IOException {
		String page = Files.readString(PAGE);
		String begin = "<!-- " + name + " -->\n";
		assertThat(page).contains(begin);
		int index = page.indexOf(begin) + begin.length();
		assertThat(page.substring(index, page.indexOf("<!-- /" + name + " -->"))).isEqualTo(table.toString());
	}

}
