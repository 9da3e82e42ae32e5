package io.github.websockethttp2.client;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

import reactor.core.scheduler.Scheduler;

/**
 * When a socket is opened again.
 *
 * @param maxAttempts how often in a row at most
 * @param backoff how long to wait
 * @param maxRetryAfter the longest wait that a server can ask for
 * @param resetAfter how long a session has to be open until the attempts are counted anew
 * @param filter whether it makes sense after an error
 * @param scheduler waits, and tells the time
 * @param listener hears of each attempt
 */
record ReconnectPolicy(long maxAttempts, Backoff backoff, Duration maxRetryAfter, Duration resetAfter,
		Predicate<? super Throwable> filter, Supplier<Scheduler> scheduler, Consumer<Reconnect> listener) {

}
