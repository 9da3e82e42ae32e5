package io.github.websockethttp2.topics.redis;

/**
 * Names in Redis. A cluster has what belongs together on the same node if the names have
 * the same hash tag, which is in the first pair of braces, or is the whole name.
 */
final class ChannelNames {

	private ChannelNames() {
	}

	/**
	 * Returns whether the braces in a prefix, if there are any, enclose a hash tag.
	 */
	static boolean isValidPrefix(String prefix) {
		return prefix.indexOf('}') < 0 || hasTag(prefix);
	}

	private static boolean hasTag(String name) {
		int begin = name.indexOf('{');
		return begin >= 0 && name.indexOf('}', begin) > begin + 1;
	}

	/**
	 * Returns the channel of a topic. Braces in its name have no meaning.
	 */
	static String channel(String prefix, String topic) {
		return prefix + topic.replace("%", "%25").replace("{", "%7B").replace("}", "%7D");
	}

	/**
	 * Returns the key of the stream that belongs to a channel.
	 */
	static String history(String channel) {
		return (hasTag(channel) ? channel : "{" + channel + "}") + ":history";
	}

}
