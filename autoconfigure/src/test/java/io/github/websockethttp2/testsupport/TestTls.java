package io.github.websockethttp2.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * A self-signed certificate for {@code localhost}, made once a JVM.
 */
public final class TestTls {

	/** The password of the key store. */
	public static final String PASSWORD = "changeit";

	private TestTls() {
	}

	/**
	 * Returns the properties that make a Spring Boot server use the certificate.
	 * @param more more properties, which go with them
	 * @return the properties, each as {@code "name=value"}
	 */
	public static String[] properties(String... more) {
		String[] properties = new String[3 + more.length];
		properties[0] = "server.ssl.key-store=" + keyStore().toUri();
		properties[1] = "server.ssl.key-store-type=PKCS12";
		properties[2] = "server.ssl.key-store-password=" + PASSWORD;
		System.arraycopy(more, 0, properties, 3, more.length);
		return properties;
	}

	/**
	 * Returns the PKCS12 key store.
	 * @return its path
	 */
	public static Path keyStore() {
		return Holder.KEY_STORE;
	}

	/**
	 * Returns the certificate's key for servers that are set up by hand.
	 * @return a factory of its key manager
	 */
	public static KeyManagerFactory keyManagerFactory() {
		try (InputStream in = Files.newInputStream(keyStore())) {
			KeyStore keyStore = KeyStore.getInstance("PKCS12");
			keyStore.load(in, PASSWORD.toCharArray());
			KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
			factory.init(keyStore, PASSWORD.toCharArray());
			return factory;
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Returns whom clients trust that are to look at the certificate.
	 * @return a factory of trust managers that know this certificate only
	 */
	public static TrustManagerFactory trustManagerFactory() {
		try (InputStream in = Files.newInputStream(keyStore())) {
			KeyStore keyStore = KeyStore.getInstance("PKCS12");
			keyStore.load(in, PASSWORD.toCharArray());
			KeyStore trusted = KeyStore.getInstance("PKCS12");
			trusted.load(null, null);
			trusted.setCertificateEntry("localhost", keyStore.getCertificate("localhost"));
			TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			factory.init(trusted);
			return factory;
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Path createKeyStore() {
		try {
			Path directory = Files.createTempDirectory("test-tls");
			Path keyStore = directory.resolve("localhost.p12");
			// In reverse order of deletion
			directory.toFile().deleteOnExit();
			keyStore.toFile().deleteOnExit();
			Path log = Files.createTempFile("test-tls", ".log");
			log.toFile().deleteOnExit();
			Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
					"-genkeypair", "-alias", "localhost", "-keyalg", "EC", "-groupname", "secp256r1", "-dname",
					"CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1", "-validity", "2", "-storetype", "PKCS12",
					"-keystore", keyStore.toString(), "-storepass", PASSWORD)
				.redirectErrorStream(true)
				.redirectOutput(log.toFile())
				.start();
			if (Waiting.exitValue(process) != 0) {
				throw new IllegalStateException("keytool failed: " + Files.readString(log, StandardCharsets.UTF_8));
			}
			return keyStore;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Makes the key store when it is first needed.
	 */
	private static final class Holder {

		private static final Path KEY_STORE = createKeyStore();

	}

}
