package io.github.websockethttp2.sample.certificate;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SelfSignedCertificateEnvironmentPostProcessor}.
 */
class SelfSignedCertificateEnvironmentPostProcessorTests {

	@TempDir
	Path temporary;

	private final MockEnvironment environment = new MockEnvironment();

	@Test
	void addsACertificate() {
		postProcess();
		SelfSignedCertificate certificate = SelfSignedCertificate.keptIn(this.temporary);
		assertThat(this.environment.getProperty("server.ssl.key-store"))
			.isEqualTo(certificate.keyStore().toUri().toString());
		assertThat(this.environment.getProperty("server.ssl.key-store-password")).isEqualTo(certificate.password());
	}

	@Test
	void leavesAConfiguredCertificateAlone() {
		this.environment.setProperty("server.ssl.bundle", "mine");
		postProcess();
		assertThat(this.environment.getProperty("server.ssl.key-store")).isNull();
		assertThat(this.temporary).isEmptyDirectory();
	}

	private void postProcess() {
		this.environment.setProperty("sample.certificate-directory", this.temporary.toString());
		new SelfSignedCertificateEnvironmentPostProcessor().postProcessEnvironment(this.environment,
				new SpringApplication());
	}

}
