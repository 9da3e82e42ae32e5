/**
 * The load generator: one client for all servers, on Netty's channels only. A
 * {@code LoadClient} opens {@code LoadConnection}s with {@code LoadStream}s, or an
 * HTTP/1.1 connection for each session; a {@code Load} is what is done on each
 * {@code LoadSession}.
 * <p>
 * It writes HTTP/2 and WebSocket frames by hand, from blocks and payloads that are made
 * once and sent many times, counts what comes and keeps nothing of it, so that it costs
 * less than any server does. That is why it is not the client of the starter's tests,
 * which keeps every frame and checks it against the protocol.
 */
@NullMarked
package io.github.websockethttp2.benchmarks.load;

import org.jspecify.annotations.NullMarked;
