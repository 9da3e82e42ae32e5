package io.github.websockethttp2.sample.certificate;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The {@code keytool} of a Java installation.
 */
final class Keytool {

	/**
	 * The alias of the generated key.
	 */
	static final String ALIAS = "localhost";

	private static final int VALID_DAYS = 365;

	private static final int TIMEOUT_SECONDS = 60;

	private final Path executable;

	private Keytool(Path executable) {
		this.executable = executable;
	}

	static Keytool of(Path javaHome) {
		Path directory = javaHome.resolve("bin");
		return List.of("keytool", "keytool.exe")
			.stream()
			.map(directory::resolve)
			.filter(Files::isExecutable)
			.findFirst()
			.map(Keytool::new)
			.orElseThrow(() -> new CertificateNotCreatedException("There is no keytool in " + directory));
	}

	/**
	 * Generates a key and a self-signed certificate for the loopback names.
	 * @param keyStore the PKCS12 store to create
	 * @param passwordFile the file that holds the password. The password itself would be
	 * visible to every user of the machine as an argument of the process
	 * @throws IOException if keytool cannot be started
	 */
	void generate(Path keyStore, Path passwordFile) throws IOException {
		Process process = new ProcessBuilder(this.executable.toString(), "-genkeypair", "-alias", ALIAS, "-keyalg",
				"EC", "-groupname", "secp256r1", "-sigalg", "SHA256withECDSA", "-dname", "CN=localhost", "-validity",
				String.valueOf(VALID_DAYS), "-ext", "san=dns:localhost,ip:127.0.0.1,ip:::1", "-ext", "eku=serverAuth",
				"-storetype", "PKCS12", "-keystore", keyStore.toString(), "-storepass:file", passwordFile.toString())
			.redirectErrorStream(true)
			.start();
		process.getOutputStream().close();
		if (!hasExited(process)) {
			process.destroyForcibly();
			throw new CertificateNotCreatedException("keytool did not finish within " + TIMEOUT_SECONDS + " seconds");
		}
		// keytool prints little enough to fit into the pipe, so this can wait until it
		// exits
		String output = new String(process.getInputStream().readAllBytes(), Charset.defaultCharset()).strip();
		if (process.exitValue() != 0 || !Files.exists(keyStore)) {
			throw new CertificateNotCreatedException("keytool created no certificate and printed: " + output);
		}
	}

	private static boolean hasExited(Process process) {
		try {
			return process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
