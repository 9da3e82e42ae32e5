package io.github.websockethttp2.sample.certificate;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Files that only their owner can read. On a file system without POSIX permissions they
 * inherit those of their directory.
 */
final class OwnerOnly {

	private static final String DIRECTORY = "rwx------";

	private static final String FILE = "rw-------";

	private OwnerOnly() {
	}

	static void createDirectory(Path directory) throws IOException {
		Files.createDirectories(directory, attributes(DIRECTORY));
	}

	static void write(Path file, String content) throws IOException {
		// Created with its permissions: setting them afterwards would be too late
		Files.deleteIfExists(file);
		Files.createFile(file, attributes(FILE));
		Files.writeString(file, content);
	}

	static void restrict(Path file) throws IOException {
		if (isPosix()) {
			Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(FILE));
		}
	}

	private static FileAttribute<?>[] attributes(String permissions) {
		if (!isPosix()) {
			return new FileAttribute<?>[0];
		}
		return new FileAttribute<?>[] {
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)) };
	}

	private static boolean isPosix() {
		return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
	}

}
