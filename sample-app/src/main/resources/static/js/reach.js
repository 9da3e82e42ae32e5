/**
 * Waits for an answer to an ordinary request. It shows that the server is there, and leaves
 * the browser with an HTTP/2 connection: without one, a WebSocket goes over HTTP/1.1.
 */
export async function reach() {
	const response = await fetch('/api/ping', { cache: 'no-store' });
	await response.json();
}
