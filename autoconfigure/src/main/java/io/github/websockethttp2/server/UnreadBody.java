package io.github.websockethttp2.server;

import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

/**
 * Cancels the body of an answer that is not sent. It cancels at once, since the body may
 * be endless, and logs nothing. A buffer that already exists is released.
 */
final class UnreadBody implements CoreSubscriber<Object> {

	private final Context context;

	private UnreadBody(ContextView context) {
		this.context = Operators.enableOnDiscard(Context.of(context), UnreadBody::release);
	}

	static void cancel(Publisher<?> body, ContextView context) {
		// Of the first element, since only a Mono of a value discards it
		Flux.<Object>from(body).next().subscribe(new UnreadBody(context));
	}

	private static void release(Object element) {
		if (element instanceof DataBuffer buffer) {
			DataBufferUtils.release(buffer);
		}
	}

	@Override
	public Context currentContext() {
		return this.context;
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		subscription.cancel();
	}

	@Override
	public void onNext(Object element) {
		release(element);
	}

	@Override
	public void onError(Throwable ex) {
		// The answer would have failed later
	}

	@Override
	public void onComplete() {
		// Nothing to be done
	}

}
