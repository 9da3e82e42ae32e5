import { millis, wire } from './format.js';

/** A tile for each socket of a pool. */
export class Tiles {

	#list;
	#pool;
	#tiles = [];
	#counted = performance.now();

	constructor(list, pool) {
		this.#list = list;
		this.#pool = pool;
		pool.addEventListener('message', ({ detail }) => {
			if (detail.rtt !== undefined && !list.hidden) {
				this.#tiles[detail.probe.index]?.root.classList.add('beat');
			}
		});
	}

	/** Shows what has changed since the last call. Call it a few times a second. */
	refresh() {
		const now = performance.now();
		const elapsed = (now - this.#counted) / 1000;
		this.#counted = now;
		const { probes } = this.#pool;
		while (this.#tiles.length > probes.length) {
			this.#tiles.pop().root.remove();
		}
		while (this.#tiles.length < probes.length) {
			const tile = createTile(this.#tiles.length);
			this.#tiles.push(tile);
			this.#list.append(tile.root);
		}
		probes.forEach((probe, index) => {
			// Smoothed, because only a few messages fall into an interval
			const rate = probe.received / Math.max(elapsed, 0.1);
			probe.rate = probe.rate === 0 ? rate : probe.rate * 0.8 + rate * 0.2;
			probe.received = 0;
			if (!this.#list.hidden) {
				update(this.#tiles[index], probe);
			}
		});
	}

}

function createTile(index) {
	const root = document.createElement('li');
	root.className = 'tile';
	root.style.setProperty('--wire', `var(${wire(index)})`);
	const texts = {};
	for (const [line, ...parts] of [['protocol', 'protocol', 'number'], ['what', 'stream'], ['connection', 'connection'], ['times', 'rtt', 'rate']]) {
		const paragraph = document.createElement('p');
		paragraph.className = line;
		for (const part of parts) {
			const span = document.createElement('span');
			span.className = part;
			texts[part] = span;
			paragraph.append(span);
		}
		root.append(paragraph);
	}
	texts.number.textContent = `#${index + 1}`;
	return { root, texts };
}

function update({ root, texts }, { state, transport, rtt, rate }) {
	root.classList.remove('beat');
	root.dataset.state = state;
	set(texts.protocol, transport?.protocol ?? '–');
	set(texts.stream, transport ? streamText(transport) : state);
	set(texts.connection, transport ? `connection ${transport.connectionId.slice(0, 6)}…` : '');
	texts.connection.title = transport?.connectionId ?? '';
	set(texts.rtt, millis(rtt));
	set(texts.rate, `${rate.toFixed(1)}/s`);
}

function streamText({ streamId, clientPort }) {
	return streamId > 0 ? `stream ${streamId}` : `port ${clientPort}`;
}

function set(element, text) {
	if (element.textContent !== text) {
		element.textContent = text;
	}
}
