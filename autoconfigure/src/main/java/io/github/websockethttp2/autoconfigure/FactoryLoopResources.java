package io.github.websockethttp2.autoconfigure;

import java.time.Duration;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

import org.springframework.http.client.ReactorResourceFactory;

/**
 * The event loops that a factory has at the time. When a context is paused or stopped and
 * started again, its factory has others, and the former are gone.
 */
final class FactoryLoopResources implements LoopResources {

	private final ReactorResourceFactory factory;

	FactoryLoopResources(ReactorResourceFactory factory) {
		this.factory = factory;
	}

	@Override
	public EventLoopGroup onServer(boolean useNative) {
		return this.factory.getLoopResources().onServer(useNative);
	}

	@Override
	public EventLoopGroup onClient(boolean useNative) {
		return this.factory.getLoopResources().onClient(useNative);
	}

	@Override
	public <C extends Channel> C onChannel(Class<C> channelType, EventLoopGroup group) {
		return this.factory.getLoopResources().onChannel(channelType, group);
	}

	@Override
	public <C extends Channel> Class<? extends C> onChannelClass(Class<C> channelType, EventLoopGroup group) {
		return this.factory.getLoopResources().onChannelClass(channelType, group);
	}

	@Override
	public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
		// They are the factory's
		return Mono.empty();
	}

}
