import { SteadySocket } from './steady-socket.js';
import { millis, webSocketUrl } from './format.js';

const LENGTH = 20;

/** The echo box. */
export function startEcho() {
	const form = document.querySelector('#echo-form');
	const field = document.querySelector('#echo-text');
	const button = form.querySelector('button');
	const log = document.querySelector('#echo-log');
	const socket = new SteadySocket(webSocketUrl('/ws/echo'));
	// Messages come back in the order in which they were sent
	let sent = [];

	socket.addEventListener('open', () => {
		button.disabled = false;
	});
	socket.addEventListener('close', () => {
		button.disabled = true;
		sent = [];
	});
	socket.addEventListener('message', ({ detail }) => add(detail, millis(performance.now() - sent.shift())));
	form.addEventListener('submit', (event) => {
		event.preventDefault();
		const start = performance.now();
		if (socket.send(field.value)) {
			sent.push(start);
			field.value = '';
		}
	});

	function add(text, took) {
		log.querySelector('.empty')?.remove();
		const item = document.createElement('li');
		const message = document.createElement('span');
		message.textContent = text;
		const time = document.createElement('span');
		time.className = 'took';
		time.textContent = took;
		item.append(message, time);
		log.prepend(item);
		while (log.children.length > LENGTH) {
			log.lastElementChild.remove();
		}
	}
}
