const SHORTEST_DELAY = 1000;
const LONGEST_DELAY = 15_000;

/**
 * Puts off attempts to open a socket again: by a second at first, and by twice as long each
 * time until one succeeds. An attempt waits for `ready`, and is put off again if that fails.
 */
export class Backoff {

	#ready;
	#delay = SHORTEST_DELAY;
	#timer = 0;

	constructor(ready) {
		this.#ready = ready;
	}

	/** Whether an attempt is put off at the moment. */
	get waiting() {
		return this.#timer !== 0;
	}

	/** Makes an attempt later. While one is put off already, there is no second one. */
	later(attempt) {
		if (this.waiting) {
			return;
		}
		const timer = setTimeout(async () => {
			const ready = await this.#ready().then(() => true, () => false);
			if (this.#timer !== timer) {
				return;
			}
			this.#timer = 0;
			if (ready) {
				attempt();
			}
			else {
				this.later(attempt);
			}
		}, this.#delay);
		this.#timer = timer;
		this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY);
	}

	succeeded() {
		this.#delay = SHORTEST_DELAY;
	}

	cancel() {
		clearTimeout(this.#timer);
		this.#timer = 0;
	}

}
