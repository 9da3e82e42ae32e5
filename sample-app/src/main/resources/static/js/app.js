import { Chart } from './chart.js';
import { startEcho } from './echo.js';
import { startFigures } from './figures.js';
import { millis, quantile, webSocketUrl } from './format.js';
import { Lane } from './lane.js';
import { ProbePool } from './probe-pool.js';
import { reach } from './reach.js';
import { startRoom } from './room.js';
import { startTicker } from './ticker.js';
import { Tiles } from './tiles.js';

const PING_INTERVAL = 500;
const REFRESH_INTERVAL = 500;
const KEPT_FETCHES = 20;

const find = (selector) => document.querySelector(selector);

/* The sockets: one for each card, and two pools to count the connections of */

startTicker();
startEcho();
startRoom();

const own = setUp('own', new ProbePool(webSocketUrl('/ws/probe'), { ready: reach }));
// Shown from the start, but it opens no socket until somebody asks for the comparison
const http1 = setUp('http1', new ProbePool(undefined, { once: true }));

function setUp(name, pool) {
	const part = { name, pool, lane: new Lane(find(`#lane-${name}`), pool), rtts: [],
		tiles: new Tiles(find(`#tiles-${name}`), pool) };
	pool.setRate(chosenRate());
	pool.addEventListener('message', ({ detail }) => {
		if (detail.rtt !== undefined) {
			part.rtts.push(detail.rtt);
		}
	});
	pool.addEventListener('change', () => {
		if (pool.open.length > 0) {
			part.color = part.lane.protocols[0] === 'HTTP/2' ? '--http2' : '--http1';
		}
		showTransport();
	});
	part.lane.refresh();
	return part;
}

function chosenRate() {
	return Number(find('input[name="rate"]:checked').value);
}

/* What carries the sockets: the badge, and why it is not HTTP/2 */

let answered = false;

function showTransport() {
	const badge = find('#transport');
	const protocols = own.lane.protocols;
	const protocol = protocols.join(' and ');
	const isHttp2 = protocol === 'HTTP/2';
	if (protocol) {
		badge.dataset.state = isHttp2 ? 'http2' : 'http1';
		badge.textContent = isHttp2 ? 'HTTP/2, a stream for each'
			: protocols.length === 1 ? 'HTTP/1.1, a connection for each' : `${protocol}, mixed`;
		find('#legend [data-series="own"]').dataset.protocol = protocols[0];
		find('#legend [data-series="own"] [data-part="name"]').textContent = `${protocol} sockets`;
		find('#shown [data-part="own-name"]').textContent = isHttp2 ? protocol : 'This port';
		find('#fallback').hidden = isHttp2;
		find('#fallback-reason').textContent = fallbackReason();
	}
	else if (closed) {
		badge.dataset.state = 'waiting';
		badge.textContent = 'Closed';
	}
	else if (own.pool.failing) {
		badge.dataset.state = 'lost';
		badge.textContent = 'No socket could be opened';
	}
	else if (badge.dataset.state === 'waiting') {
		badge.textContent = 'Connecting';
	}
	else {
		badge.dataset.state = 'lost';
		badge.textContent = 'Connection lost, trying again';
	}
	find('#refused').hidden = !own.pool.failing || !answered;
	announce();
}

function fallbackReason() {
	const loadedOver = performance.getEntriesByType('navigation')[0]?.nextHopProtocol;
	if (location.protocol !== 'https:') {
		return 'The page was loaded without TLS, and browsers speak HTTP/2 over TLS only.';
	}
	return loadedOver === 'h2'
		? 'The page was loaded over HTTP/2, but its sockets were not opened there. Possible reasons:'
		: 'The page was not loaded over HTTP/2, so there was no connection for its sockets to share. Possible reasons:';
}

let announcing = 0;

function announce() {
	clearTimeout(announcing);
	announcing = setTimeout(() => {
		const parts = [own, http1].filter((part) => part.pool.open.length > 0);
		find('#announcement').textContent = parts.map(({ lane }) => `${lane.protocols.join(' and ')}: ${lane.summary}.`).join(' ');
	}, 1000);
}

/* The comparison: the same sockets over HTTP/1.1 */

function compare() {
	showOffer('none');
	http1.pool.setTarget(Number(slider.value));
}

function showComparison() {
	const running = http1.pool.target > 0;
	find('#stop-compare').hidden = !running;
	find('#shown').hidden = !running;
	find('#legend [data-series="http1"]').hidden = !running;
	if (!running) {
		find('input[name="shown"][value="own"]').checked = true;
		showTiles('own');
	}
}

function showOffer(which) {
	find('#offer').hidden = which !== 'offer';
	find('#untrusted').hidden = which !== 'untrusted';
}

function showTiles(name) {
	find('#tiles-own').hidden = name !== 'own';
	find('#tiles-http1').hidden = name !== 'http1';
	own.tiles.refresh();
	http1.tiles.refresh();
}

http1.pool.addEventListener('unreachable', () => showOffer('untrusted'));
http1.pool.addEventListener('change', showComparison);
find('#compare').addEventListener('click', compare);
find('#retry').addEventListener('click', compare);
find('#stop-compare').addEventListener('click', () => {
	http1.pool.setTarget(0);
	showOffer('offer');
});
// Try again when somebody who has opened the other port comes back to this tab
document.addEventListener('visibilitychange', () => {
	if (!document.hidden && !find('#untrusted').hidden && find('#trust-link').dataset.visited) {
		compare();
	}
});
find('#trust-link').addEventListener('click', () => {
	find('#trust-link').dataset.visited = 'true';
});
for (const choice of document.querySelectorAll('input[name="shown"]')) {
	choice.addEventListener('change', () => showTiles(choice.value));
}

async function learnListeners() {
	const { http1Port } = await (await fetch('/api/listeners')).json();
	http1.pool.url = webSocketUrl('/ws/probe', http1Port);
	find('#trust-link').href = `${location.protocol}//${location.hostname}:${http1Port}/trust.html`;
	if (String(http1Port) === location.port) {
		find('#offer-text').textContent = 'This page was opened on the port that speaks HTTP/1.1 only. Open it on the other one to compare.';
		find('#compare').hidden = true;
	}
}

learnListeners().catch(() => {
	find('#compare').disabled = true;
});

/* Round trips: of the sockets, and of ordinary requests beside them */

const chart = new Chart(find('#chart'));
const fetchTimes = [];
let fetches = 0;
let fetchesBeside = 0;

async function ping() {
	const start = performance.now();
	try {
		const response = await fetch('/api/ping', { cache: 'no-store' });
		const { clientPort } = await response.json();
		const took = performance.now() - start;
		answered = true;
		chart.addPoint('--fetch', took);
		fetchTimes.push(took);
		fetchTimes.splice(0, fetchTimes.length - KEPT_FETCHES);
		own.lane.fetched(clientPort);
		countFetch(clientPort);
	}
	catch {
		// The badge says that the server is lost
		setTimeout(ping, 5 * PING_INTERVAL);
		return;
	}
	setTimeout(ping, PING_INTERVAL);
}

/** Counts a request, and whether it shared a connection with sockets. */
function countFetch(clientPort) {
	const open = own.pool.open;
	if (open.length === 0) {
		return;
	}
	fetches++;
	if (open.some((probe) => probe.transport.clientPort === clientPort)) {
		fetchesBeside++;
	}
	const output = find('#fetches');
	output.dataset.count = fetches;
	output.dataset.beside = fetchesBeside;
	output.textContent = fetchesBeside === fetches ? fetches : `${fetchesBeside} of ${fetches}`;
}

function refresh() {
	for (const part of [own, http1]) {
		part.tiles.refresh();
		part.lane.refreshTimes();
		const legend = find(`#legend [data-series="${part.name}"] b`);
		if (part.rtts.length > 0) {
			const median = quantile(part.rtts, 0.5);
			chart.addToLine(part.name, part.color, median, quantile(part.rtts, 0.95));
			legend.textContent = millis(median);
			part.rtts = [];
		}
	}
	find('#legend [data-series="fetch"] b').textContent = millis(quantile(fetchTimes, 0.5));
	chart.draw();
}

ping();
startFigures();
setInterval(refresh, REFRESH_INTERVAL);

/* The controls: how many sockets there are, and how much they send */

const slider = find('#sockets');
const power = find('#power');
let closed = false;

function applyTarget() {
	const target = closed ? 0 : Number(slider.value);
	own.pool.setTarget(target);
	if (http1.pool.target > 0) {
		http1.pool.setTarget(target);
	}
}

let settling = 0;

slider.addEventListener('input', () => {
	find('#sockets-value').value = slider.value;
	closed = false;
	power.textContent = 'Close all';
	clearTimeout(settling);
	// Not for every value while the slider is dragged
	settling = setTimeout(applyTarget, 150);
});

power.addEventListener('click', () => {
	closed = !closed;
	power.textContent = closed ? 'Open again' : 'Close all';
	applyTarget();
});

for (const choice of document.querySelectorAll('input[name="rate"]')) {
	choice.addEventListener('change', () => {
		own.pool.setRate(chosenRate());
		http1.pool.setRate(chosenRate());
	});
}

find('#controls').addEventListener('submit', (event) => event.preventDefault());

const wanted = Number(new URLSearchParams(location.search).get('sockets'));
if (wanted >= 1 && wanted <= 90) {
	slider.value = wanted;
}
find('#sockets-value').value = slider.value;
applyTarget();
