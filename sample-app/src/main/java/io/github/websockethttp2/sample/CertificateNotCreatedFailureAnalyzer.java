package io.github.websockethttp2.sample;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says what to do when the sample cannot make a certificate for itself.
 */
class CertificateNotCreatedFailureAnalyzer extends AbstractFailureAnalyzer<CertificateNotCreatedException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, CertificateNotCreatedException cause) {
		return new FailureAnalysis("The sample could not make a certificate for itself. " + cause.getMessage(),
				"Run the sample with a Java installation that has keytool, "
						+ "or set server.ssl.key-store and server.ssl.key-store-password to a certificate of yours.",
				cause);
	}

}
