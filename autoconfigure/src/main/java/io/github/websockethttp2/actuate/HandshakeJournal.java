package io.github.websockethttp2.actuate;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.LongAdder;

import io.github.websockethttp2.handshake.Handshake;
import io.github.websockethttp2.handshake.HandshakeListener;
import io.github.websockethttp2.handshake.HandshakeRefusal;
import io.github.websockethttp2.handshake.RefusalReason;
import org.jspecify.annotations.Nullable;

/**
 * What the endpoint knows of handshakes: how many there were, and of the refused ones one
 * example for each reason. Its size does not depend on what clients send. Thread-safe.
 */
public final class HandshakeJournal implements HandshakeListener {

	/** The fields that proxies add (RFC 9110, section 7.6.3; RFC 7239). */
	private static final List<String> PROXY_FIELDS = List.of("Via", "Forwarded", "X-Forwarded-For", "X-Forwarded-Proto",
			"X-Forwarded-Host");

	private final Map<String, Totals> totals = new ConcurrentHashMap<>();

	private final Map<RefusalReason, Refusals> refusals = new ConcurrentHashMap<>();

	private final LongAdder proxied = new LongAdder();

	private final Set<String> proxyFields = new ConcurrentSkipListSet<>();

	@Override
	public void accepted(Handshake handshake) {
		totals(handshake).accepted.increment();
		lookForProxy(handshake);
	}

	@Override
	public void refused(Handshake handshake, HandshakeRefusal refusal) {
		totals(handshake).refused.increment();
		this.refusals.computeIfAbsent(refusal.reason(), (added) -> new Refusals()).add(handshake, refusal);
		lookForProxy(handshake);
	}

	private Totals totals(Handshake handshake) {
		return this.totals.computeIfAbsent(handshake.protocol(), (added) -> new Totals());
	}

	/**
	 * What counts is what came over HTTP/1.1, perhaps for a proxy's sake.
	 */
	private void lookForProxy(Handshake handshake) {
		if (handshake.protocol().equals(Handshake.HTTP_1_1)) {
			List<String> found = PROXY_FIELDS.stream().filter(handshake.headers()::containsHeader).toList();
			if (!found.isEmpty()) {
				this.proxied.increment();
				this.proxyFields.addAll(found);
			}
		}
	}

	/**
	 * Returns how many handshakes over HTTP/1.1 had fields that proxies add.
	 */
	long getProxied() {
		return this.proxied.sum();
	}

	/**
	 * Returns the names of the fields that proxies have added.
	 */
	List<String> getProxyFields() {
		return List.copyOf(this.proxyFields);
	}

	List<HandshakesDescriptor> getTotals() {
		return this.totals.entrySet()
			.stream()
			.sorted(Map.Entry.comparingByKey())
			.map((entry) -> new HandshakesDescriptor(entry.getKey(), entry.getValue().accepted.sum(),
					entry.getValue().refused.sum()))
			.toList();
	}

	List<RefusalsDescriptor> getRefusals() {
		return this.refusals.entrySet()
			.stream()
			.map((entry) -> entry.getValue().describe(entry.getKey()))
			.sorted(Comparator.comparing(RefusalsDescriptor::count)
				.reversed()
				.thenComparing(RefusalsDescriptor::reason))
			.toList();
	}

	/**
	 * Handshakes over a version of HTTP.
	 *
	 * @param protocol the version of HTTP
	 * @param accepted how many were accepted
	 * @param refused how many were refused
	 */
	public record HandshakesDescriptor(String protocol, long accepted, long refused) {

		long count() {
			return this.accepted + this.refused;
		}

	}

	/**
	 * Handshakes that were refused for a reason.
	 *
	 * @param reason the reason
	 * @param count how many there were
	 * @param last the last one
	 */
	public record RefusalsDescriptor(String reason, long count, @Nullable RefusalDescriptor last) {

	}

	/**
	 * A handshake that was refused.
	 *
	 * @param at when
	 * @param status the status that the client got
	 * @param protocol the version of HTTP
	 * @param pathPattern the path pattern that it was routed to, or an empty string
	 * @param origin the origin of its page
	 */
	public record RefusalDescriptor(Instant at, int status, String protocol, String pathPattern, String origin) {

	}

	private static final class Totals {

		private final LongAdder accepted = new LongAdder();

		private final LongAdder refused = new LongAdder();

	}

	private static final class Refusals {

		private final LongAdder count = new LongAdder();

		private volatile @Nullable RefusalDescriptor last;

		void add(Handshake handshake, HandshakeRefusal refusal) {
			this.count.increment();
			this.last = new RefusalDescriptor(Instant.now(), refusal.status(), handshake.protocol(),
					handshake.pathPattern(), PrintableOrigin.of(handshake.headers()));
		}

		RefusalsDescriptor describe(RefusalReason reason) {
			return new RefusalsDescriptor(reason.toString(), this.count.sum(), this.last);
		}

	}

}
