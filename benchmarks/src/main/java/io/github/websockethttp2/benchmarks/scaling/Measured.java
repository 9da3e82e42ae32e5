package io.github.websockethttp2.benchmarks.scaling;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Properties;

/**
 * What was measured, from {@code measured.properties} or a file like it. Everything else
 * is calculated from this.
 *
 * @param heapHttp2 kB of heap of an idle session over HTTP/2
 * @param heapHttp1 kB of heap of an idle session over HTTP/1.1
 * @param kernel kB that the kernel has for a TCP connection
 * @param tls kB of heap and of direct memory for the TLS of a connection
 * @param connectionMillis milliseconds of CPU of a connection with TLS
 * @param sessionMillis milliseconds of CPU to open a session on a connection that is
 * there
 * @param deliveryHttp2Micros microseconds of CPU of a delivery of 1 kB over HTTP/2
 * @param deliveryHttp1Micros microseconds of CPU of a delivery of 1 kB over HTTP/1.1
 * @param pingMicros microseconds of CPU of a ping and its answer
 */
public record Measured(double heapHttp2, double heapHttp1, double kernel, double tls, double connectionMillis,
		double sessionMillis, double deliveryHttp2Micros, double deliveryHttp1Micros, double pingMicros) {

	/**
	 * Reads the figures.
	 * @param file the file, empty for those of this project
	 * @return the figures
	 */
	public static Measured load(String file) {
		Properties properties = new Properties();
		try (InputStream in = open(file)) {
			properties.load(in);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return of(properties);
	}

	private static InputStream open(String file) throws IOException {
		return file.isEmpty() ? Objects.requireNonNull(Measured.class.getResourceAsStream("/measured.properties"))
				: Files.newInputStream(Path.of(file));
	}

	private static Measured of(Properties properties) {
		return new Measured(number(properties, "session.http2.heap-kb"), number(properties, "session.http1.heap-kb"),
				number(properties, "connection.kernel-kb"), number(properties, "connection.tls-kb"),
				number(properties, "connection.tls-cpu-ms"), number(properties, "session.open-cpu-ms"),
				number(properties, "delivery.http2.cpu-us"), number(properties, "delivery.http1.cpu-us"),
				number(properties, "ping.cpu-us"));
	}

	private static double number(Properties properties, String name) {
		String value = properties.getProperty(name);
		if (value == null) {
			throw new IllegalArgumentException("There is no " + name);
		}
		return Double.parseDouble(value.trim());
	}

}
