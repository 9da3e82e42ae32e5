package io.github.websockethttp2.test;

import java.security.KeyStore;

import io.netty.pkitesting.CertificateBuilder;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslStoreBundle;

/**
 * A self-signed certificate for {@code localhost}, made once a JVM and kept in memory.
 */
final class TestCertificate {

	/** What its bundle is called. */
	static final String NAME = "websocket-test";

	private static @Nullable SslBundle bundle;

	private TestCertificate() {
	}

	static synchronized SslBundle bundle() {
		SslBundle made = bundle;
		if (made == null) {
			made = make();
			bundle = made;
		}
		return made;
	}

	private static SslBundle make() {
		try {
			String password = "";
			KeyStore keyStore = new CertificateBuilder().ecp256()
				.subject("CN=localhost")
				.addSanDnsName("localhost")
				.addSanIpAddress("127.0.0.1")
				.addSanIpAddress("::1")
				.addExtendedKeyUsageServerAuth()
				.setIsCertificateAuthority(true)
				.buildSelfSigned()
				.toKeyStore(password.toCharArray());
			return SslBundle.of(SslStoreBundle.of(keyStore, password, null), SslBundleKey.of(password));
		}
		catch (Exception ex) {
			throw new IllegalStateException("No certificate can be made for the test", ex);
		}
	}

}
