package io.github.websockethttp2.sample.certificate;

/**
 * The sample could not create a certificate, without which no browser speaks HTTP/2.
 */
class CertificateNotCreatedException extends RuntimeException {

	CertificateNotCreatedException(String message) {
		super(message);
	}

}
