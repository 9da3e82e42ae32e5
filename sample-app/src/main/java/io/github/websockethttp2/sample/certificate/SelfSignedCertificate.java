package io.github.websockethttp2.sample.certificate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/**
 * A certificate for {@code localhost}, created by the {@code keytool} of the running JVM
 * so that no key has to be shipped. It is stored with its random password where only the
 * owner can read it, and replaced when it is damaged or has expired.
 *
 * @param keyStore the PKCS12 store with the key and the certificate
 * @param password the password of the store and of the key
 */
record SelfSignedCertificate(Path keyStore, String password) {

	/**
	 * Returns the certificate of a directory, and creates it if there is none.
	 * @param directory the directory
	 * @return the certificate
	 * @throws CertificateNotCreatedException if there is none and none can be created
	 */
	static SelfSignedCertificate keptIn(Path directory) {
		return keptIn(directory, Path.of(System.getProperty("java.home")));
	}

	static SelfSignedCertificate keptIn(Path directory, Path javaHome) {
		Path keyStore = directory.resolve("localhost.p12");
		Path passwordFile = directory.resolve("password");
		try {
			if (Files.exists(keyStore) && Files.exists(passwordFile)) {
				SelfSignedCertificate kept = new SelfSignedCertificate(keyStore, Files.readString(passwordFile));
				if (kept.isUsable()) {
					return kept;
				}
			}
			Keytool keytool = Keytool.of(javaHome);
			OwnerOnly.createDirectory(directory);
			// Wherever the directory is, its contents do not belong in a repository
			Files.writeString(directory.resolve(".gitignore"), "*\n");
			String password = randomPassword();
			OwnerOnly.write(passwordFile, password);
			Files.deleteIfExists(keyStore);
			keytool.generate(keyStore, passwordFile);
			OwnerOnly.restrict(keyStore);
			return new SelfSignedCertificate(keyStore, password);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The certificate cannot be stored in " + directory.toAbsolutePath(), ex);
		}
	}

	private static String randomPassword() {
		byte[] random = new byte[24];
		new SecureRandom().nextBytes(random);
		return HexFormat.of().formatHex(random);
	}

	private boolean isUsable() {
		try {
			certificate().checkValidity();
			return true;
		}
		catch (GeneralSecurityException | IOException ex) {
			return false;
		}
	}

	/**
	 * Returns the certificate, without its key.
	 * @return the certificate
	 * @throws GeneralSecurityException if it is not in the store
	 * @throws IOException if the store cannot be read
	 */
	X509Certificate certificate() throws GeneralSecurityException, IOException {
		KeyStore store = KeyStore.getInstance("PKCS12");
		try (InputStream content = Files.newInputStream(this.keyStore)) {
			store.load(content, this.password.toCharArray());
		}
		if (store.getCertificate(Keytool.ALIAS) instanceof X509Certificate certificate) {
			return certificate;
		}
		throw new GeneralSecurityException("There is no certificate in " + this.keyStore);
	}

}
