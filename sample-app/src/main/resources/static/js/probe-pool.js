import { Backoff } from './backoff.js';

const BATCH = 5;
const HELLO_TIMEOUT = 10_000;
const TICK = 25;

/**
 * Keeps a number of probe sockets open. It opens a few at a time, and opens those that break
 * again, after a while and when `ready` allows it. Each socket learns from its first message
 * what carries it, and then sends timestamps that come back.
 *
 * Events: "change" when a socket opens or closes; "message" when one sends (detail:
 * { probe }) or receives (detail: { probe, rtt }); "unreachable" when no socket of a pool
 * that was created with `once` could be opened.
 */
export class ProbePool extends EventTarget {

	/** Where the next sockets are opened. */
	url;

	#once;
	#backoff;
	#target = 0;
	#probes = [];
	#opening = 0;
	#timer = 0;
	#period = 500;
	#everOpened = false;
	#failed = false;

	constructor(url, { once = false, ready = async () => {} } = {}) {
		super();
		this.url = url;
		this.#once = once;
		this.#backoff = new Backoff(ready);
	}

	get probes() {
		return this.#probes;
	}

	get open() {
		return this.#probes.filter((probe) => probe.state === 'open');
	}

	/** Whether every attempt to open a socket has failed so far. */
	get failing() {
		return this.#failed && !this.#everOpened;
	}

	get target() {
		return this.#target;
	}

	/** The distinct connections, as the server reports them. */
	get connections() {
		return new Set(this.open.map((probe) => probe.transport.connectionId));
	}

	setTarget(target) {
		this.#target = target;
		for (const probe of this.#probes.splice(target)) {
			this.#close(probe);
		}
		while (this.#probes.length < target) {
			this.#probes.push({ index: this.#probes.length, state: 'waiting', due: 0, received: 0, rate: 0 });
		}
		if (target === 0) {
			this.#backoff.cancel();
			this.#everOpened = false;
			this.#failed = false;
		}
		if (target > 0 && !this.#timer) {
			this.#timer = setInterval(() => this.#tick(), TICK);
		}
		if (target === 0 && this.#timer) {
			clearInterval(this.#timer);
			this.#timer = 0;
		}
		this.#fill();
		this.#changed();
	}

	/** Sets how many messages each socket sends in a second. */
	setRate(rate) {
		this.#period = 1000 / rate;
		const now = performance.now();
		this.#probes.forEach((probe, index) => {
			// Spread over the period, so that not all of them send at once
			probe.due = now + (index / this.#probes.length) * this.#period;
		});
	}

	#fill() {
		for (const probe of this.#probes) {
			if (this.#opening >= BATCH || this.#backoff.waiting) {
				return;
			}
			if (probe.state === 'waiting') {
				this.#openProbe(probe);
			}
		}
	}

	#openProbe(probe) {
		const socket = new WebSocket(this.url);
		probe.socket = socket;
		probe.state = 'opening';
		this.#opening++;
		const timeout = setTimeout(() => socket.close(), HELLO_TIMEOUT);
		let settled = false;
		const settle = () => {
			if (!settled) {
				settled = true;
				clearTimeout(timeout);
				this.#opening--;
			}
		};
		socket.addEventListener('message', ({ data }) => {
			if (probe.socket !== socket) {
				return;
			}
			if (probe.state === 'opening') {
				settle();
				this.#opened(probe, JSON.parse(data));
			}
			else {
				this.#echoed(probe, data);
			}
		});
		socket.addEventListener('close', () => {
			settle();
			if (probe.socket === socket) {
				this.#lost(probe);
			}
			this.#fill();
		});
	}

	#opened(probe, transport) {
		probe.state = 'open';
		probe.transport = transport;
		probe.due = performance.now() + Math.random() * this.#period;
		probe.received = 0;
		this.#everOpened = true;
		this.#backoff.succeeded();
		this.#fill();
		this.#changed();
	}

	#echoed(probe, data) {
		const now = performance.now();
		probe.rtt = now - Number(data);
		probe.received++;
		this.dispatchEvent(new CustomEvent('message', { detail: { probe, rtt: probe.rtt } }));
	}

	#lost(probe) {
		this.#failed = true;
		probe.state = 'waiting';
		probe.socket = undefined;
		probe.transport = undefined;
		probe.rtt = undefined;
		probe.rate = 0;
		this.#changed();
		if (this.#once && !this.#everOpened) {
			this.setTarget(0);
			this.dispatchEvent(new Event('unreachable'));
			return;
		}
		this.#backoff.later(() => this.#fill());
	}

	#close(probe) {
		const socket = probe.socket;
		probe.socket = undefined;
		probe.state = 'closed';
		socket?.close(1000);
	}

	#tick() {
		const now = performance.now();
		for (const probe of this.#probes) {
			if (probe.state === 'open' && probe.due <= now && probe.socket.readyState === WebSocket.OPEN) {
				// Messages that were missed during a pause, as in a hidden tab, are not made up for
				probe.due = Math.max(probe.due + this.#period, now);
				probe.socket.send(String(performance.now()));
				this.dispatchEvent(new CustomEvent('message', { detail: { probe } }));
			}
		}
	}

	#changed() {
		this.dispatchEvent(new Event('change'));
	}

}
