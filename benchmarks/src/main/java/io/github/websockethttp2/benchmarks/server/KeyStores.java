package io.github.websockethttp2.benchmarks.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;

import javax.net.ssl.KeyManagerFactory;

/**
 * The certificate of all servers, made for one run.
 */
public final class KeyStores {

	private KeyStores() {
	}

	/**
	 * Makes a key store with a self-signed certificate.
	 * @param keyStore the file, replaced where there is one
	 */
	public static void generate(Path keyStore) {
		try {
			Files.deleteIfExists(keyStore);
			Files.createDirectories(keyStore.getParent());
			Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
					"-genkeypair", "-alias", "localhost", "-keyalg", "EC", "-groupname", "secp256r1", "-dname",
					"CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1", "-storetype", "PKCS12", "-keystore",
					keyStore.toString(), "-storepass", ServerSettings.PASSWORD)
				.redirectErrorStream(true)
				.start();
			String output = new String(keytool.getInputStream().readAllBytes());
			if (keytool.waitFor() != 0) {
				throw new IllegalStateException("keytool made no certificate, but said: " + output);
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException("No certificate", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

	static KeyManagerFactory keyManagers(Path file) throws IOException, GeneralSecurityException {
		KeyStore keyStore = KeyStore.getInstance(file.toFile(), ServerSettings.PASSWORD.toCharArray());
		KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		factory.init(keyStore, ServerSettings.PASSWORD.toCharArray());
		return factory;
	}

}
