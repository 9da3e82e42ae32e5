/**
 * Conformance suites that others have made, run against a server of ours. Behind the
 * profile {@code conformance}.
 */
package io.github.websockethttp2.conformance;
