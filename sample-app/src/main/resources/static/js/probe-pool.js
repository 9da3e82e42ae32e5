const BATCH = 5;
const HELLO_TIMEOUT = 10_000;
const FIRST_DELAY = 1000;
const LONGEST_DELAY = 15_000;
const TICK = 25;

/**
 * Keeps a number of probe sockets open: a few at a time are opened, and what breaks is
 * opened again, after a while and once the way is prepared. Each socket learns from the
 * first message what carries it, and sends timestamps that come back.
 *
 * Events: "change" when a socket opens or closes, "message" with what was exchanged
 * (detail: { probe, rtt } or { probe } for what was sent), "unreachable" when the very
 * first sockets of a pool fail and it was made with `once`.
 */
export class ProbePool extends EventTarget {

	/** Where the sockets are opened, from the next one on. */
	url;

	#once;
	#prepare;
	#target = 0;
	#probes = [];
	#opening = 0;
	#delay = FIRST_DELAY;
	#retry = 0;
	#timer = 0;
	#period = 500;
	#everOpened = false;
	#failed = false;

	constructor(url, { once = false, prepare = async () => {} } = {}) {
		super();
		this.url = url;
		this.#once = once;
		this.#prepare = prepare;
	}

	get probes() {
		return this.#probes;
	}

	get open() {
		return this.#probes.filter((probe) => probe.state === 'open');
	}

	/** Whether sockets were wanted, and every attempt so far has failed. */
	get failing() {
		return this.#failed && !this.#everOpened;
	}

	get target() {
		return this.#target;
	}

	/** The distinct connections that the server reports. */
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
			clearTimeout(this.#retry);
			this.#retry = 0;
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

	/** @param rate how many messages a second each socket sends */
	setRate(rate) {
		this.#period = 1000 / rate;
		const now = performance.now();
		this.#probes.forEach((probe, index) => {
			// Spread over the period, so that they do not all send at once
			probe.due = now + (index / this.#probes.length) * this.#period;
		});
	}

	#fill() {
		for (const probe of this.#probes) {
			if (this.#opening >= BATCH || this.#retry) {
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
		this.#delay = FIRST_DELAY;
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
		this.#fillLater();
	}

	#fillLater() {
		if (this.#retry) {
			return;
		}
		const retry = setTimeout(async () => {
			const prepared = await this.#prepare().then(() => true, () => false);
			if (this.#retry !== retry) {
				return;
			}
			this.#retry = 0;
			if (prepared) {
				this.#fill();
			}
			else {
				this.#fillLater();
			}
		}, this.#delay);
		this.#retry = retry;
		this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY);
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
				// After a pause, as in a hidden tab, what was missed is not made up for
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
