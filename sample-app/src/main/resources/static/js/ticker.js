import { SteadySocket } from './steady-socket.js';
import { clock, webSocketUrl } from './format.js';

const LENGTH = 60;
const WIDTH = 300;
const HEIGHT = 90;

/** The ticker: price, sparkline and clock, as the server pushes them. */
export function startTicker() {
	const interval = document.querySelector('#ticker-interval');
	const prices = [];
	let socket;

	function open() {
		socket?.close();
		socket = new SteadySocket(webSocketUrl(`/ws/ticker?interval=${interval.value}`));
		socket.addEventListener('message', ({ detail }) => show(JSON.parse(detail)));
	}

	function show({ time, price, change }) {
		prices.push(price);
		prices.splice(0, prices.length - LENGTH);
		document.querySelector('#ticker-price').textContent = price.toFixed(2);
		const changeText = document.querySelector('#ticker-change');
		changeText.textContent = `${change < 0 ? '▼' : '▲'} ${Math.abs(change).toFixed(2)}`;
		changeText.dataset.direction = change < 0 ? 'down' : 'up';
		document.querySelector('#ticker-time').textContent = clock(time);
		draw();
	}

	function draw() {
		if (prices.length < 2) {
			return;
		}
		const low = Math.min(...prices);
		const range = Math.max(Math.max(...prices) - low, 0.5);
		const points = prices.map((price, index) => {
			const x = (index / (prices.length - 1)) * WIDTH;
			const y = HEIGHT - 4 - ((price - low) / range) * (HEIGHT - 8);
			return `${x.toFixed(1)} ${y.toFixed(1)}`;
		});
		document.querySelector('#ticker-line .stroke').setAttribute('d', `M${points.join('L')}`);
		document.querySelector('#ticker-line .area').setAttribute('d', `M${points.join('L')}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`);
	}

	interval.addEventListener('change', open);
	open();
}
