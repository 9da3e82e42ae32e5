/**
 * Waits until the server answers an ordinary request. Besides that it is there, this gives
 * the browser an HTTP/2 connection: a WebSocket that is opened without one goes over
 * HTTP/1.1.
 */
export async function reach() {
	const response = await fetch('/api/ping', { cache: 'no-store' });
	await response.json();
}
