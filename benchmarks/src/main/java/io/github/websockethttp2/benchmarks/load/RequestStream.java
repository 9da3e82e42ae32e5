package io.github.websockethttp2.benchmarks.load;

import io.netty.buffer.ByteBuf;

/**
 * An ordinary request without a body on a stream of a {@link LoadConnection}. Its answer
 * has to be 200.
 */
class RequestStream extends LoadStream {

	private final Runnable done;

	/**
	 * Create a stream.
	 * @param id its identifier
	 * @param done is run when the whole response has come
	 */
	RequestStream(int id, Runnable done) {
		super(id);
		this.done = done;
	}

	@Override
	void headers(byte[] block, boolean end) {
		if (!HpackBlock.isOk(block)) {
			throw new LoadException("A request was not answered with 200");
		}
	}

	@Override
	void data(ByteBuf in, int count) {
	}

	@Override
	void ended(boolean reset) {
		if (!reset) {
			this.done.run();
		}
	}

}
