package io.github.websockethttp2.channel;

import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * Runs the handler of a session, and closes the session when the handler completes or
 * fails.
 */
final class HandlerSubscriber implements CoreSubscriber<Void> {

	private final WebSocketSessionHandler sessionHandler;

	private final Context context;

	private final SessionLife life;

	private HandlerSubscriber(WebSocketSessionHandler sessionHandler, Context context, SessionLife life) {
		this.sessionHandler = sessionHandler;
		this.context = context;
		this.life = life;
	}

	/**
	 * Runs a handler.
	 * @param handler the handler
	 * @param session the session that it handles
	 * @param sessionHandler the session on its channel
	 * @param context the Reactor context of the handler
	 * @param life hears of a failure
	 */
	static void run(WebSocketHandler handler, WebSocketSession session, WebSocketSessionHandler sessionHandler,
			Context context, SessionLife life) {
		Mono<Void> handling = inContext(Mono.defer(() -> handler.handle(session)), context);
		sessionHandler.application().call(() -> {
			try {
				handling.subscribe(new HandlerSubscriber(sessionHandler, context, life));
			}
			catch (Throwable ex) {
				life.handlerThrew(ex);
				throw ex;
			}
		});
	}

	/**
	 * Where Reactor sets the thread's values from the context, it does so for the call of
	 * the handler as well. Otherwise those of the handshake would be there.
	 */
	private static Mono<Void> inContext(Mono<Void> handling, Context context) {
		return (Hooks.isAutomaticContextPropagationEnabled()) ? handling.contextWrite(context) : handling;
	}

	@Override
	public Context currentContext() {
		return this.context;
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		subscription.request(Long.MAX_VALUE);
	}

	@Override
	public void onNext(Void ignored) {
		// A Mono<Void> has no values
	}

	@Override
	public void onError(Throwable ex) {
		this.sessionHandler.outbound().tryExecute(() -> failed(ex));
	}

	@Override
	public void onComplete() {
		this.sessionHandler.outbound().tryExecute(this::completed);
	}

	private void completed() {
		this.life.handlerCompleted();
		this.sessionHandler.startClosing(CloseStatus.NORMAL);
	}

	private void failed(Throwable error) {
		this.life.handlerFailed(error, this.sessionHandler.closing().isOpen());
		this.sessionHandler.startClosing(CloseStatus.SERVER_ERROR);
	}

}
