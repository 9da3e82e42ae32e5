package io.github.websockethttp2.channel;

import io.github.websockethttp2.frame.SharedMessage;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * Where a session of ours takes messages that it shares with other sessions. They are
 * written in one order with the messages of its {@code send}. Confined to the session's
 * event loop, except for the methods that say otherwise.
 */
public final class SharedOutput {

	private final OutboundFrames outbound;

	private final WebSocketSessionHandler sessionHandler;

	private SharedOutput(WebSocketSessionHandler sessionHandler) {
		this.outbound = sessionHandler.outbound();
		this.sessionHandler = sessionHandler;
	}

	/**
	 * Returns where a session takes shared messages. May be called from any thread.
	 * @param session the session
	 * @return its output, or {@code null} if the session is not one of ours, or is
	 * decorated, so that the decorator sees what is sent
	 */
	public static @Nullable SharedOutput of(WebSocketSession session) {
		return (session instanceof NettyWebSocketSession own) ? new SharedOutput(own.sessionHandler()) : null;
	}

	/**
	 * Returns the session's event loop. May be called from any thread.
	 * @return the event loop
	 */
	public EventLoop eventLoop() {
		return this.outbound.eventLoop();
	}

	/**
	 * Runs a task on the event loop, at once if this is its thread. May be called from
	 * any thread.
	 * @param task the task
	 * @return {@code false} if the event loop is gone and the task will not run
	 */
	public boolean tryExecute(Runnable task) {
		return this.outbound.tryExecute(task);
	}

	/**
	 * Calls the application's code. The session ends if it throws. May be called from any
	 * thread.
	 * @param call the call
	 */
	public void call(Runnable call) {
		this.outbound.application().call(call);
	}

	/**
	 * Adds a sender, which ends with the session at the latest.
	 * @param sender the sender, which ends within this call if the session has ended
	 */
	public void add(SessionSender sender) {
		this.outbound.addSender(sender);
	}

	/**
	 * Removes a sender.
	 * @param sender the sender
	 */
	public void remove(SessionSender sender) {
		this.outbound.removeSender(sender);
	}

	/**
	 * A sender has messages that wait.
	 * @param sender the sender
	 */
	public void addWaiting(WaitingSender sender) {
		this.outbound.waiting().add(sender);
	}

	/**
	 * No messages of a sender wait any more.
	 * @param sender the sender
	 */
	public void removeWaiting(WaitingSender sender) {
		this.outbound.waiting().remove(sender);
	}

	/**
	 * Returns whether a message may be written now.
	 * @return {@code false} if enough bytes wait for the peer
	 */
	public boolean hasRoom() {
		return this.outbound.hasRoom();
	}

	/**
	 * Returns the same, but first flushes what has been written, if there is no room.
	 * @return {@code false} if enough bytes wait for the peer
	 */
	public boolean makeRoom() {
		return this.outbound.hasRoom() || this.outbound.makeRoom();
	}

	/**
	 * Writes a message without a flush. If this fails, nothing of it is written.
	 * @param message the message
	 */
	public void write(SharedMessage message) {
		this.outbound.writeUnflushed(message);
	}

	/**
	 * Flushes what has been written.
	 */
	public void flush() {
		this.outbound.flushes().flushInTurn();
	}

	/**
	 * Flushes what has been written, after the current turn of the event loop.
	 */
	public void scheduleFlush() {
		this.outbound.flushes().schedule();
	}

	/**
	 * Starts the closing handshake, unless it has been started.
	 * @param status the status, which must be one that may be sent
	 */
	public void close(CloseStatus status) {
		this.sessionHandler.startClosing(status);
	}

}
