import { bytes, plural } from './format.js';

const INTERVAL = 1000;

/** What the server counts, over all its clients. */
export function startFigures() {
	let last;

	async function refresh() {
		try {
			const response = await fetch('/api/figures', { cache: 'no-store' });
			show({ ...await response.json(), time: performance.now() });
		}
		catch {
			// The badge says that the server is lost
			last = undefined;
		}
		setTimeout(refresh, INTERVAL);
	}

	function show(figures) {
		for (const { protocol, sockets, connections } of figures.sessions) {
			const figure = set(protocol, sockets);
			figure.nextElementSibling.textContent = sockets > 0
				? `on ${connections} ${plural(connections, 'connection', 'connections')}` : '';
		}
		if (last) {
			set('messages', Math.round((figures.messages - last.messages) / (figures.time - last.time) * 1000));
		}
		set('waiting', bytes(figures.waitingBytes));
		set('refused', figures.refused);
		last = figures;
	}

	refresh();
}

function set(name, text) {
	const element = document.querySelector(`[data-figure="${name}"]`);
	element.textContent = text;
	return element;
}
