package io.github.websockethttp2.channel;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

import io.github.websockethttp2.testsupport.Waiting;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.core.publisher.SignalType;
import reactor.core.publisher.Sinks;

import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * What the handler of a session sees: a sender that has no end of its own, a receiver,
 * and the close status.
 */
final class ObservedSession {

	private static final BlockingQueue<ObservedSession> OPENED = new LinkedBlockingQueue<>();

	private final WebSocketSession session;

	private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();

	private final CompletableFuture<Signal<?>> received = new CompletableFuture<>();

	private final CompletableFuture<Signal<?>> sent = new CompletableFuture<>();

	private final CompletableFuture<CloseStatus> closeStatus = new CompletableFuture<>();

	private final CompletableFuture<SignalType> sourceEnded = new CompletableFuture<>();

	private final Sinks.Empty<Void> result = Sinks.empty();

	private ObservedSession(WebSocketSession session) {
		this.session = session;
	}

	/**
	 * Handles sessions like most handlers do: until all is sent and received.
	 * @param messages what a session sends after its first message, {@code "begun"}
	 * @return the handler
	 */
	static WebSocketHandler handler(Flux<String> messages) {
		return (session) -> {
			ObservedSession observed = new ObservedSession(session);
			Mono<Void> handling = Mono.whenDelayError(observed.send(messages), observed.receive());
			OPENED.add(observed);
			return handling;
		};
	}

	/**
	 * Handles sessions until the test says so.
	 * @return the handler
	 */
	static WebSocketHandler drivenHandler() {
		return (session) -> {
			ObservedSession observed = new ObservedSession(session);
			observed.send(Flux.never()).onErrorComplete().subscribe();
			observed.receive().onErrorComplete().subscribe();
			OPENED.add(observed);
			return observed.result.asMono();
		};
	}

	/**
	 * Waits for the next session to be opened.
	 * @return the session
	 */
	static ObservedSession await() {
		return Waiting.take(OPENED);
	}

	private Mono<Void> send(Flux<String> messages) {
		this.session.closeStatus()
			.subscribe(this.closeStatus::complete, this.closeStatus::completeExceptionally,
					() -> this.closeStatus.completeExceptionally(new AssertionError("No close status")));
		return this.session
			.send(messages.startWith("begun").map(this.session::textMessage).doFinally(this.sourceEnded::complete))
			.doOnEach(this.sent::complete);
	}

	private Mono<Void> receive() {
		return this.session.receive()
			.map(WebSocketMessage::getPayloadAsText)
			.doOnNext(this.messages::add)
			.then()
			.doOnEach(this.received::complete);
	}

	WebSocketSession session() {
		return this.session;
	}

	String id() {
		return this.session.getId();
	}

	void complete() {
		this.result.tryEmitEmpty();
	}

	void fail(Throwable ex) {
		this.result.tryEmitError(ex);
	}

	String awaitMessage() {
		return Waiting.take(this.messages);
	}

	/**
	 * Waits for {@code receive()} to complete or fail.
	 * @return the signal
	 */
	Signal<?> awaitReceived() {
		return Waiting.join(this.received);
	}

	/**
	 * Waits for {@code send()} to complete or fail.
	 * @return the signal
	 */
	Signal<?> awaitSent() {
		return Waiting.join(this.sent);
	}

	/**
	 * Waits for the source of {@code send()} to come to an end.
	 * @return the signal, which is a cancellation for a source without end
	 */
	SignalType awaitSourceEnded() {
		return Waiting.join(this.sourceEnded);
	}

	CloseStatus awaitCloseStatus() {
		return Waiting.join(this.closeStatus);
	}

}
