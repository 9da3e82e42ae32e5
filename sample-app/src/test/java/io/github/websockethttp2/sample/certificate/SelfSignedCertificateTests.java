package io.github.websockethttp2.sample.certificate;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SelfSignedCertificate}.
 */
class SelfSignedCertificateTests {

	@TempDir
	Path temporary;

	private Path directory;

	@BeforeEach
	void setUp() {
		this.directory = this.temporary.resolve("certificate");
	}

	@Test
	void isForLoopbackNamesWithAnEllipticKey() throws GeneralSecurityException, IOException {
		X509Certificate certificate = SelfSignedCertificate.keptIn(this.directory).certificate();
		certificate.checkValidity();
		assertThat(certificate.getSubjectAlternativeNames()).extracting((name) -> (Object) name.get(1))
			.containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
		assertThat(certificate.getPublicKey()).isInstanceOfSatisfying(ECPublicKey.class,
				(key) -> assertThat(key.getParams().getOrder().bitLength()).isEqualTo(256));
		assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
	}

	@Test
	void isKept() throws GeneralSecurityException, IOException {
		SelfSignedCertificate first = SelfSignedCertificate.keptIn(this.directory);
		SelfSignedCertificate second = SelfSignedCertificate.keptIn(this.directory);
		assertThat(second).isEqualTo(first);
		assertThat(second.certificate()).isEqualTo(first.certificate());
	}

	@Test
	void isMadeAnewWhenDamaged() throws GeneralSecurityException, IOException {
		SelfSignedCertificate first = SelfSignedCertificate.keptIn(this.directory);
		Files.writeString(first.keyStore(), "damaged");
		SelfSignedCertificate second = SelfSignedCertificate.keptIn(this.directory);
		assertThat(second.password()).isNotEqualTo(first.password());
		second.certificate().checkValidity();
	}

	@Test
	void isReadByItsOwnerOnly() throws IOException {
		Assumptions.assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
				"The file system has no POSIX permissions");
		SelfSignedCertificate certificate = SelfSignedCertificate.keptIn(this.directory);
		assertThat(permissions(this.directory)).isEqualTo("rwx------");
		assertThat(permissions(certificate.keyStore())).isEqualTo("rw-------");
		assertThat(permissions(this.directory.resolve("password"))).isEqualTo("rw-------");
	}

	@Test
	void isIgnoredByVersionControl() {
		SelfSignedCertificate.keptIn(this.directory);
		assertThat(this.directory.resolve(".gitignore")).hasContent("*");
	}

	@Test
	void missingKeytoolIsNamedWithARemedy() {
		Path javaHome = this.temporary.resolve("java");
		assertThatExceptionOfType(CertificateNotCreatedException.class)
			.isThrownBy(() -> SelfSignedCertificate.keptIn(this.directory, javaHome))
			.withMessage("There is no keytool in " + javaHome.resolve("bin"))
			.satisfies((ex) -> {
				FailureAnalysis analysis = new CertificateNotCreatedFailureAnalyzer().analyze(ex);
				assertThat(analysis.getDescription()).contains("no keytool");
				assertThat(analysis.getAction()).contains("server.ssl.key-store");
			});
		assertThat(this.directory).doesNotExist();
	}

	@Test
	void whatKeytoolSaysIsPassedOn() throws IOException {
		Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "There is no shell to stand in for keytool");
		Path keytool = Files.createDirectories(this.temporary.resolve("java/bin")).resolve("keytool");
		Files.writeString(keytool, "#!/bin/sh\necho out of order\nexit 1\n");
		Files.setPosixFilePermissions(keytool, PosixFilePermissions.fromString("rwx------"));
		assertThatExceptionOfType(CertificateNotCreatedException.class)
			.isThrownBy(() -> SelfSignedCertificate.keptIn(this.directory, this.temporary.resolve("java")))
			.withMessageEndingWith("out of order");
	}

	private static String permissions(Path path) throws IOException {
		return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
	}

}
