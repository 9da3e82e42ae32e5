package io.github.websockethttp2.transport;

import java.nio.channels.ClosedChannelException;

import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SentPromisesTests {

	private final EmbeddedChannel channel = new EmbeddedChannel();

	private final SentPromises promises = new SentPromises();

	private final ChannelPromise first = this.channel.newPromise();

	private final ChannelPromise second = this.channel.newPromise();

	@Test
	void promiseIsKeptWhenItsLastByteHasBeenSent() {
		this.promises.add(10, this.first);
		this.promises.add(30, this.second);
		this.promises.complete(9, null);
		assertThat(this.first.isDone()).isFalse();
		this.promises.complete(10, null);
		assertThat(this.first.isSuccess()).isTrue();
		assertThat(this.second.isDone()).isFalse();
		this.promises.complete(50, null);
		assertThat(this.second.isSuccess()).isTrue();
	}

	@Test
	void whoeverHearsOfOneMayAddAnother() {
		this.promises.add(10, this.first);
		this.first.addListener((sent) -> this.promises.add(20, this.second));
		this.promises.complete(20, null);
		assertThat(this.second.isSuccess()).isTrue();
	}

	@Test
	void allFailWithTheStream() {
		this.promises.add(10, this.first);
		this.promises.add(30, this.second);
		this.promises.complete(0, new ClosedChannelException());
		assertThat(this.first.cause()).isInstanceOf(ClosedChannelException.class);
		assertThat(this.second.cause()).isInstanceOf(ClosedChannelException.class);
	}

}
