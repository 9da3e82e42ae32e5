package io.github.websockethttp2.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;

import javax.net.ssl.X509KeyManager;

/**
 * The certificate of {@link TestTls} as programs other than Java's want it.
 *
 * @param certificate a file with the certificate
 * @param key a file with its key
 * @param both a file with the certificate and its key
 */
public record TestPem(Path certificate, Path key, Path both) {

	/**
	 * Writes the files.
	 * @param directory where
	 * @return the files
	 */
	public static TestPem write(Path directory) {
		X509KeyManager keys = (X509KeyManager) TestTls.keyManagerFactory().getKeyManagers()[0];
		try {
			String certificate = encode("CERTIFICATE", keys.getCertificateChain("localhost")[0].getEncoded());
			String key = encode("PRIVATE KEY", keys.getPrivateKey("localhost").getEncoded());
			return new TestPem(Files.writeString(directory.resolve("cert.pem"), certificate),
					Files.writeString(directory.resolve("key.pem"), key),
					Files.writeString(directory.resolve("site.pem"), certificate + key));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (CertificateEncodingException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String encode(String type, byte[] der) {
		String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
		return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
	}

}
