import { reach } from './reach.js';

const FIRST_DELAY = 1000;
const LONGEST_DELAY = 15_000;

/**
 * A WebSocket that is opened again when it breaks. Events: "open", "message" (detail: the
 * text), "close".
 */
export class SteadySocket extends EventTarget {

	#url;
	#socket;
	#delay = FIRST_DELAY;
	#retry = 0;

	constructor(url) {
		super();
		this.#url = url;
		this.#connect();
	}

	send(text) {
		if (this.#socket?.readyState !== WebSocket.OPEN) {
			return false;
		}
		this.#socket.send(text);
		return true;
	}

	close() {
		clearTimeout(this.#retry);
		const socket = this.#socket;
		this.#socket = undefined;
		socket?.close(1000);
	}

	#connect() {
		const socket = new WebSocket(this.#url);
		this.#socket = socket;
		socket.addEventListener('open', () => {
			this.#delay = FIRST_DELAY;
			this.#emit(socket, new Event('open'));
		});
		socket.addEventListener('message', ({ data }) => this.#emit(socket, new CustomEvent('message', { detail: data })));
		socket.addEventListener('close', () => {
			if (this.#socket === socket) {
				this.#emit(socket, new Event('close'));
				this.#connectLater();
			}
		});
	}

	#connectLater() {
		const lost = this.#socket;
		this.#retry = setTimeout(async () => {
			const answered = await reach().then(() => true, () => false);
			if (this.#socket !== lost) {
				return;
			}
			if (answered) {
				this.#connect();
			}
			else {
				this.#connectLater();
			}
		}, this.#delay);
		this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY);
	}

	#emit(socket, event) {
		if (this.#socket === socket) {
			this.dispatchEvent(event);
		}
	}

}
