package io.github.websockethttp2.testsupport;

import java.util.concurrent.CompletableFuture;

/**
 * Bytes in both directions: an HTTP/2 stream, or a TCP connection after an upgrade.
 */
interface ByteStream {

	/**
	 * Writes bytes.
	 * @param bytes the bytes
	 * @return completed when they have been written
	 */
	CompletableFuture<Void> write(byte[] bytes);

	/**
	 * Ends this side's bytes.
	 * @return completed when the end has been written
	 */
	CompletableFuture<Void> endStream();

	/**
	 * Takes received bytes, waiting for them. Fails if the bytes end before.
	 * @param length how many
	 * @param what what they are, for the failure
	 * @return exactly as many bytes
	 */
	byte[] awaitBytes(int length, String what);

	/**
	 * Waits for the end and takes the bytes before it.
	 * @return the bytes
	 */
	byte[] awaitRest();

	/**
	 * Waits for the end.
	 * @return how the bytes ended
	 */
	EndOfBytes awaitEndOfBytes();

}
