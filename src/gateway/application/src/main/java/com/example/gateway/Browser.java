package com.example.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Chromium without a window, until it is closed.
 */
class Browser implements AutoCloseable {

	private final Process process;

	private Browser(Process process) {
		this.process = process;
	}

	static Browser open(String program, Path directory, String url) throws IOException {
		List<String> command = new ArrayList<>(List.of(program, "--headless", "--no-sandbox", "--disable-gpu",
				"--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
				"--disable-sync", "--ignore-certificate-errors"));
		// Keeps it open
		command.add("--remote-debugging-port=0");
		command.add("--user-data-dir=" + Files.createTempDirectory(directory, "chromium"));
		command.add(url);
		return new Browser(new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(directory.resolve("chromium.log").toFile())
			.start());
	}

	@Override
	public void close() throws InterruptedException {
		List<ProcessHandle> children = this.process.descendants().toList();
		this.process.destroy();
		if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
			this.process.destroyForcibly();
		}
		children.forEach(ProcessHandle::destroyForcibly);
	}

}
