package io.github.websockethttp2.sample.certificate;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains what to do when the sample cannot create its certificate.
 */
class CertificateNotCreatedFailureAnalyzer extends AbstractFailureAnalyzer<CertificateNotCreatedException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, CertificateNotCreatedException cause) {
		return new FailureAnalysis("The sample could not create its certificate. " + cause
			.getMessage(), "Run the sample on a Java installation that has keytool, "
					+ "or set server.ssl.key-store and server.ssl.key-store-password to use a certificate of your own.",
				cause);
	}

}
