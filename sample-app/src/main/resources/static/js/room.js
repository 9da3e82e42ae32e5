import { SteadySocket } from './steady-socket.js';
import { clock, plural, webSocketUrl } from './format.js';

const LENGTH = 100;

/** The chat room. */
export function startRoom() {
	const name = document.querySelector('#room-name');
	const room = document.querySelector('#room-room');
	const log = document.querySelector('#room-log');
	const members = document.querySelector('#room-members');
	const text = document.querySelector('#room-text');
	const button = document.querySelector('#room-form button');
	let socket;

	function join() {
		socket?.close();
		button.disabled = true;
		const path = `/ws/rooms/${encodeURIComponent(room.value.trim())}?name=${encodeURIComponent(name.value.trim())}`;
		socket = new SteadySocket(webSocketUrl(path));
		// The server sends again what was said before
		socket.addEventListener('open', () => {
			log.replaceChildren();
			button.disabled = false;
		});
		socket.addEventListener('message', ({ detail }) => show(JSON.parse(detail)));
		socket.addEventListener('close', () => {
			members.textContent = 'connection lost, joining again';
			button.disabled = true;
		});
	}

	function show(event) {
		const item = document.createElement('li');
		const time = document.createElement('time');
		time.textContent = clock(event.time).slice(0, 5);
		const message = document.createElement('span');
		if (event.kind === 'SAID') {
			const who = document.createElement('b');
			who.textContent = event.name;
			message.textContent = event.text;
			item.append(who, message, time);
		}
		else {
			item.className = 'event';
			message.textContent = `${event.name} ${event.kind.toLowerCase()}`;
			item.append(message, time);
		}
		members.textContent = `${event.members} ${plural(event.members, 'member', 'members')} in ${room.value.trim()}`;
		const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
		log.append(item);
		while (log.children.length > LENGTH) {
			log.firstElementChild.remove();
		}
		if (atEnd) {
			log.scrollTop = log.scrollHeight;
		}
	}

	document.querySelector('#room-join').addEventListener('submit', (event) => {
		event.preventDefault();
		join();
	});
	document.querySelector('#room-form').addEventListener('submit', (event) => {
		event.preventDefault();
		if (socket.send(text.value)) {
			text.value = '';
		}
	});
	name.value = `guest-${Math.floor(100 + Math.random() * 900)}`;
	join();
}
