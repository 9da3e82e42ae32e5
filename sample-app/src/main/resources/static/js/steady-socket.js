import { Backoff } from './backoff.js';
import { reach } from './reach.js';

/**
 * A WebSocket that is opened again when it breaks. Events: "open", "message" (detail: the
 * text), "close".
 */
export class SteadySocket extends EventTarget {

	#url;
	#socket;
	#backoff = new Backoff(reach);

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
		this.#backoff.cancel();
		const socket = this.#socket;
		this.#socket = undefined;
		socket?.close(1000);
	}

	#connect() {
		const socket = new WebSocket(this.#url);
		this.#socket = socket;
		socket.addEventListener('open', () => {
			this.#backoff.succeeded();
			this.#emit(socket, new Event('open'));
		});
		socket.addEventListener('message', ({ data }) => this.#emit(socket, new CustomEvent('message', { detail: data })));
		socket.addEventListener('close', () => {
			if (this.#socket === socket) {
				this.#emit(socket, new Event('close'));
				this.#backoff.later(() => this.#connect());
			}
		});
	}

	#emit(socket, event) {
		if (this.#socket === socket) {
			this.dispatchEvent(event);
		}
	}

}
