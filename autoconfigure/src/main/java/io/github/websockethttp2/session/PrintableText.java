package io.github.websockethttp2.session;

/**
 * Makes text safe to log that somebody else may have made up.
 */
public final class PrintableText {

	private static final String CUT = "...";

	private PrintableText() {
	}

	/**
	 * Replaces what could break a line or deceive its reader, and cuts long text.
	 * @param text the text
	 * @param maxLength the maximum number of characters, not counting what shows that
	 * there was more
	 * @return the text to log
	 */
	public static String of(CharSequence text, int maxLength) {
		StringBuilder result = new StringBuilder(Math.min(text.length(), maxLength + CUT.length()));
		for (int i = 0; i < text.length() && i < maxLength; i++) {
			char character = text.charAt(i);
			result.append((isPrintable(character)) ? character : '?');
		}
		return (text.length() > maxLength) ? result.append(CUT).toString() : result.toString();
	}

	private static boolean isPrintable(char character) {
		return (character >= ' ' && character <= '~') || (character > '~' && Character.isLetterOrDigit(character));
	}

}
