package io.github.websockethttp2.sample;

/**
 * No certificate could be made, and without one no browser speaks HTTP/2.
 */
class CertificateNotCreatedException extends RuntimeException {

	CertificateNotCreatedException(String message) {
		super(message);
	}

}
