package io.github.websockethttp2.benchmarks.scaling;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The clients of a server that is lost come back to those that are left, in virtual time.
 * The same seed has the same result.
 * <p>
 * Each attempt goes to any server at random, on a new connection. A server does its work
 * in the order in which it comes. Whoever waits longer than a TLS handshake may take
 * gives up, and a part of the work for the connection was for nothing. A server that is
 * full refuses with 503 when the connection is there. A client of the simulation stands
 * for ten, and a processor for ten.
 */
public final class Storm {

	/** When TLS handshakes time out on the server. */
	private static final double TIMEOUT = 10;

	/** What a server that is full says. */
	private static final double RETRY_AFTER = 5;

	/** Nothing is looked at after that. */
	static final int HORIZON = 300;

	private static final int SCALE = 10;

	private final EventQueue events = new EventQueue();

	private final List<StormNode> nodes = new ArrayList<>();

	private final List<Double> opened = new ArrayList<>();

	private final List<Double> cpu = new ArrayList<>();

	private final StormSettings settings;

	private final Random random;

	private final byte[] failures;

	private long attempts;

	private long timedOut;

	private long refused;

	/**
	 * Create a storm.
	 * @param settings what is lost
	 * @param seed decides everything that is random
	 */
	public Storm(StormSettings settings, long seed) {
		this.settings = settings;
		this.random = new Random(seed);
		this.failures = new byte[settings.sessions() / settings.opening().sockets() / SCALE];
		if (this.failures.length > EventQueue.NUMBERS) {
			throw new IllegalArgumentException("More clients than " + EventQueue.NUMBERS);
		}
	}

	/**
	 * Runs until all are back, or for five minutes.
	 * @return how they came back
	 */
	public StormResult run() {
		for (int i = 0; i < this.settings.nodes() - 1; i++) {
			addNode(this.settings.sessions(), 0);
		}
		for (int client = 0; client < this.failures.length; client++) {
			again(client, this.random.nextDouble() * this.settings.lossSeconds(), 0);
		}
		for (int second = 1; second <= HORIZON && isGoingOn(); second++) {
			while (!this.events.isEmpty() && this.events.nextTime() < second) {
				double time = this.events.nextTime();
				attempt(this.events.remove(), time);
			}
			endSecond(second);
		}
		Collections.sort(this.opened);
		return new StormResult(this.failures.length, (long) this.failures.length * SCALE, this.opened, this.cpu,
				this.attempts * SCALE, this.timedOut * SCALE, this.refused * SCALE);
	}

	private boolean isGoingOn() {
		return !this.events.isEmpty() || this.nodes.stream().anyMatch(StormNode::isBusy);
	}

	private void addNode(long sessions, double time) {
		double load = (sessions > 0) ? this.settings.load() : 0;
		StormNode node = new StormNode(this.settings.cores() * (1 - load) / SCALE, sessions);
		node.advance(time);
		this.nodes.add(node);
	}

	private void endSecond(int second) {
		double done = 0;
		for (StormNode node : this.nodes.subList(0, this.settings.nodes() - 1)) {
			node.advance(second);
			done += node.takeDone() * SCALE;
		}
		this.cpu.add(this.settings.load() + done / this.settings.cores() / (this.settings.nodes() - 1));
		if (this.settings.replacement() == second) {
			addNode(0, second);
		}
	}

	private void attempt(int client, double time) {
		this.attempts++;
		Opening opening = this.settings.opening();
		StormNode node = this.nodes.get(this.random.nextInt(this.nodes.size()));
		node.advance(time);
		boolean full = this.settings.maxSessions() > 0
				&& node.sessions() + (long) opening.sockets() * SCALE > this.settings.maxSessions();
		double delay = node.delay(opening.work());
		if (delay > TIMEOUT) {
			this.timedOut++;
			node.add(opening.connection() * this.settings.vain());
			again(client, time + TIMEOUT, 0);
		}
		else if (full) {
			this.refused++;
			node.add(opening.work());
			again(client, time + delay, RETRY_AFTER);
		}
		else {
			node.add(opening.work());
			node.admit(opening.sockets() * SCALE);
			this.opened.add(time + delay);
		}
	}

	private void again(int client, double time, double retryAfter) {
		if (this.failures[client] < Byte.MAX_VALUE) {
			this.failures[client]++;
		}
		double wait = this.settings.backoff().after(this.failures[client], retryAfter, this.random::nextDouble);
		this.events.add(time + wait, client);
	}

}
