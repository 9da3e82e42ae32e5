package io.github.websockethttp2.benchmarks.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The virtual machine of a measured process.
 *
 * @param home where it is installed
 * @param arguments what it is told. Of two that contradict each other, the last holds
 */
public record Jvm(Path home, List<String> arguments) {

	/**
	 * Returns the virtual machine that this process runs on.
	 * @param arguments what it is told
	 * @return the virtual machine
	 */
	public static Jvm own(List<String> arguments) {
		return new Jvm(Path.of(System.getProperty("java.home")), arguments);
	}

	/**
	 * Returns the same virtual machine with further arguments.
	 * @param further the arguments
	 * @return the virtual machine
	 */
	public Jvm with(String... further) {
		List<String> all = new ArrayList<>(this.arguments);
		all.addAll(List.of(further));
		return new Jvm(this.home, all);
	}

	/**
	 * Returns the beginning of a command line.
	 * @return the program and its arguments
	 */
	public List<String> command() {
		List<String> command = new ArrayList<>();
		command.add(this.home.resolve("bin").resolve("java").toString());
		command.addAll(this.arguments);
		return command;
	}

}
