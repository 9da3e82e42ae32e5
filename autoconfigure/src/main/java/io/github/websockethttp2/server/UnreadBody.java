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
 * Cancels the body of an answer that is not sent: at once, for it may be endless, and
 * without a word in the log, whatever it comes to. A buffer that is there already is
 * released.
 */
final class UnreadBody implements CoreSubscriber<Object> {

	private final Context context;

	private UnreadBody(ContextView context) {
		this.context = Operators.enableOnDiscard(Context.of(context), UnreadBody::discard);
	}

	static void cancel(Publisher<?> body, ContextView context) {
		// As the first element, for only a Mono of a value discards it
		Flux.<Object>from(body).next().subscribe(new UnreadBody(context));
	}

	private static void discard(Object element) {
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
		discard(element);
	}

	@Override
	public void onError(Throwable ex) {
		// It would have been an answer that was under way already
	}

	@Override
	public void onComplete() {
		// Nothing to be done
	}

}
