package com.example.gateway;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What goes to the console, to count the lines.
 */
class Log {

	private static final long TIMEOUT = 10_000;

	private final PrintStream console = System.out;

	private final Written written = new Written();

	Log() {
		System.setOut(new PrintStream(this.written, true, StandardCharsets.UTF_8));
	}

	/**
	 * Returns the lines since the last call, and lets the console have them.
	 */
	List<String> lines() {
		String text = this.written.take();
		this.console.print(text);
		this.console.flush();
		return text.lines().toList();
	}

	/**
	 * Returns the lines since the last call once there is one with a text.
	 */
	List<String> linesWith(String text) throws InterruptedException {
		this.written.await(text);
		return lines();
	}

	private static final class Written extends ByteArrayOutputStream {

		@Override
		public synchronized void write(byte[] bytes, int offset, int length) {
			super.write(bytes, offset, length);
			notifyAll();
		}

		private synchronized String take() {
			String text = toString(StandardCharsets.UTF_8);
			reset();
			return text;
		}

		private synchronized void await(String text) throws InterruptedException {
			long end = System.currentTimeMillis() + TIMEOUT;
			while (!toString(StandardCharsets.UTF_8).contains(text)) {
				long left = end - System.currentTimeMillis();
				if (left <= 0) {
					throw new IllegalStateException("Nothing is logged with '" + text + "'");
				}
				wait(left);
			}
		}

	}

}
