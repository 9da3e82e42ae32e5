package io.github.websockethttp2.topic;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * A topic. Everybody who is in it gets each message that is sent to it from then on, in
 * the order in which they are sent, exactly once or not at all: see {@link SlowConsumer}.
 * With a {@link TopicEngine}, that is everybody in the same topic of all instances of the
 * application, those elsewhere at most once. Thread-safe.
 *
 * @param <T> the type of its messages
 */
public interface Topic<T> {

	/**
	 * Returns the topic's name.
	 * @return the name
	 */
	String name();

	/**
	 * Returns the same topic with another policy, for those whose subscriptions name
	 * none. Where it sets no size, {@code websocket.http2.topics.buffer-size} does.
	 * @param slowConsumer what happens to subscribers that are slow, instead of
	 * {@code websocket.http2.topics.slow-consumer}
	 * @return the topic, for all who are to share the policy. Others are in the same
	 * topic without it
	 */
	Topic<T> with(SlowConsumer slowConsumer);

	/**
	 * Sends a message to everybody in the topic. It is encoded once, and compressed once
	 * if somebody has negotiated compression. Nobody is waited for. May be subscribed to
	 * on any thread; each subscription sends once.
	 * @param message the message. A buffer is released
	 * @return what became of it in this process; fails if the message cannot be encoded,
	 * or if somebody is in the topic for messages of another type, and then nobody gets
	 * it
	 */
	Mono<Delivery> send(T message);

	/**
	 * Sends the topic's messages to a session, with the policy of {@link #with}, or of
	 * {@code websocket.http2.topics.slow-consumer}, if it is slow.
	 * @param session the session
	 * @return never emits. Being in the topic begins with the subscription. It ends when
	 * the subscription is cancelled, or with the session: regularly by a closing
	 * handshake, otherwise with an error
	 */
	Mono<Void> subscribe(WebSocketSession session);

	/**
	 * Sends the topic's messages to a session.
	 * @param session the session
	 * @param slowConsumer what happens if the session is slow
	 * @return the same as {@link #subscribe(WebSocketSession)}
	 */
	Mono<Void> subscribe(WebSocketSession session, SlowConsumer slowConsumer);

	/**
	 * Sends what the topic has had since a position to a session, and its messages from
	 * then on, with the policy of {@link #with}, or of
	 * {@code websocket.http2.topics.slow-consumer}.
	 * @param session the session
	 * @param position where to begin, see {@link #position()}
	 * @return the same as {@link #subscribe(WebSocketSession)}. Fails with a
	 * {@link MissedMessagesException}, and sends nothing, if what was missed is not there
	 * any more, if it cannot be found out, or if it is more than may wait for a session
	 * that would be closed for it
	 */
	Mono<Void> subscribe(WebSocketSession session, TopicPosition position);

	/**
	 * Sends what the topic has had since a position to a session, and its messages from
	 * then on.
	 * @param session the session
	 * @param position where to begin
	 * @param slowConsumer what happens if the session is slow
	 * @return the same as {@link #subscribe(WebSocketSession, TopicPosition)}
	 */
	Mono<Void> subscribe(WebSocketSession session, TopicPosition position, SlowConsumer slowConsumer);

	/**
	 * Returns where the topic is now, for those who come back later. It comes when
	 * everything that is before it has been passed on to those who are in the topic, so a
	 * session gets all of that before a message of its own with the position, unless
	 * something is dropped or a {@link TopicEvent#GAP} is told. What is behind it may
	 * have been passed on, too, and would then be sent again.
	 * @return the position, on any thread; fails if there is no history, or if it cannot
	 * be found out
	 */
	Mono<TopicPosition> position();

	/**
	 * Returns the topic's messages for a session that sends them among others:
	 * {@code session.send(Flux.merge(own, topic.messages(session)))}. They are encoded
	 * once, too, but every session is served by itself, which costs more than
	 * {@link #subscribe(WebSocketSession)}.
	 * @param session the session that is going to send them
	 * @return the messages of the topic from the subscription on; completes if the
	 * session is closed for being slow
	 */
	Flux<WebSocketMessage> messages(WebSocketSession session);

	/**
	 * Returns the same with another policy.
	 * @param session the session that is going to send them
	 * @param slowConsumer what happens if the session is slow
	 * @return the messages of the topic
	 */
	Flux<WebSocketMessage> messages(WebSocketSession session, SlowConsumer slowConsumer);

	/**
	 * Returns the topic's messages, for server-sent events and for tests.
	 * @return the messages from the subscription on, on the threads of those who send
	 * them. Where the policy is to close slow consumers, fails if too much waits for the
	 * subscriber
	 */
	Flux<T> messages();

	/**
	 * Returns the same with another policy.
	 * @param slowConsumer what happens if the subscriber is slow
	 * @return the messages
	 */
	Flux<T> messages(SlowConsumer slowConsumer);

	/**
	 * Returns what happens between this instance and others, if a {@link TopicEngine}
	 * connects them.
	 * @return whether messages of others come, at first and whenever that changes, and
	 * when some may have been missed. Never ends. Without an engine, nothing happens.
	 * Subscribe before asking for positions, and do not block: who is busy with one event
	 * hears of the next late, and all topics may wait for it
	 */
	Flux<TopicEvent> events();

	/**
	 * Returns how many are in the topic.
	 * @return the number of sessions and of subscribers to its messages in this process
	 * @throws IllegalStateException if they are in it for messages of another type
	 */
	int subscribers();

}
