import { Loom } from './loom.js';
import { millis, plural, quantile, wire } from './format.js';

const FETCH = 'fetch';
const GHOSTS = 40;

/** One half of the comparison: counts the connections of a pool and draws them. */
export class Lane {

	#root;
	#pool;
	#loom;
	#fetchPort = 0;

	constructor(root, pool) {
		this.#root = root;
		this.#pool = pool;
		this.#loom = new Loom(this.#part('loom'));
		pool.addEventListener('change', () => this.refresh());
		pool.addEventListener('message', ({ detail }) => this.#loom.pulse(detail.probe.index, detail.rtt === undefined));
	}

	/** The protocols that the server reports. There should be only one. */
	get protocols() {
		return [...new Set(this.#pool.open.map((probe) => probe.transport.protocol))].sort();
	}

	get summary() {
		const sockets = this.#pool.open.length;
		const connections = this.#pool.connections.size;
		return `${sockets} ${plural(sockets, 'socket', 'sockets')}, ${connections} TCP ${plural(connections, 'connection', 'connections')}`;
	}

	/** Shows an ordinary request that came from a client port. */
	fetched(clientPort) {
		if (this.#fetchPort !== clientPort) {
			this.#fetchPort = clientPort;
			this.refresh();
		}
		this.#loom.pulse(FETCH, true);
		this.#loom.pulse(FETCH, false);
	}

	refresh() {
		const open = this.#pool.open;
		const sockets = open.length;
		const connections = this.#pool.connections.size;
		this.#root.dataset.sockets = sockets;
		this.#root.dataset.connections = connections;
		this.#root.toggleAttribute('data-idle', sockets === 0);
		if (sockets > 0) {
			this.#root.dataset.protocol = this.protocols[0];
			this.#text('protocol', this.protocols.join(' and '));
		}
		this.#text('sockets', sockets);
		this.#text('socket-word', plural(sockets, 'socket', 'sockets'));
		this.#text('connections', connections);
		this.#text('connection-word', plural(connections, 'connection', 'connections'));
		this.#text('streams', span(open.map((probe) => probe.transport.streamId).filter((id) => id > 0), sockets > 0 ? 'none' : '–'));
		const ports = new Set(open.map((probe) => probe.transport.clientPort));
		this.#text('ports', ports.size === 0 ? '–' : ports.size === 1 ? [...ports][0] : `${ports.size} different`);
		this.#text('trunk', sockets === 0 ? '' : `${connections} TCP ${plural(connections, 'connection', 'connections')}`);
		this.#loom.setWires(this.#wires(open, ports));
		this.refreshTimes();
	}

	refreshTimes() {
		const rtts = this.#pool.open.map((probe) => probe.rtt).filter((rtt) => rtt !== undefined);
		this.#text('rtt', millis(quantile(rtts, 0.5)));
	}

	#wires(open, ports) {
		if (open.length === 0) {
			return Array.from({ length: GHOSTS }, (_, index) => ({ key: index, group: `ghost-${index}`, color: '--line' }));
		}
		const wires = open.map((probe) => ({ key: probe.index, group: probe.transport.connectionId, color: wire(probe.index) }));
		if (this.#fetchPort) {
			// The wire of the requests joins a jacket only if they come from the same port
			const sharing = ports.has(this.#fetchPort)
				&& open.find((probe) => probe.transport.clientPort === this.#fetchPort);
			wires.push({ key: FETCH, group: sharing ? sharing.transport.connectionId : FETCH, color: '--fetch', dashed: true });
		}
		return wires;
	}

	#part(name) {
		return this.#root.querySelector(`[data-part="${name}"]`);
	}

	#text(name, text) {
		const element = this.#part(name);
		if (element.textContent !== String(text)) {
			element.textContent = text;
		}
	}

}

function span(numbers, none) {
	if (numbers.length === 0) {
		return none;
	}
	const [first, last] = [Math.min(...numbers), Math.max(...numbers)];
	return first === last ? String(first) : `${first} – ${last}`;
}
