// The process of the Node server: what ServerMain is for the others.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createInterface } from 'node:readline';
import { WebSocketServer } from 'ws';

const keyStore = process.argv[2];
const server = keyStore
	? createSecureServer({ pfx: readFileSync(keyStore), passphrase: process.argv[3] })
	: createServer();

function echo(socket, data, isBinary) {
	socket.send(data, { binary: isBinary });
}

function sink(socket) {
	socket.send('x');
}

function push(socket, data) {
	const [count, length] = data.toString().split(' ').map(Number);
	const payload = 'x'.repeat(length);
	for (let i = 0; i < count; i++) {
		socket.send(payload);
	}
}

const handlers = { '/echo': echo, '/sink': sink, '/push': push };

new WebSocketServer({ server, maxPayload: 2 * 1024 * 1024 }).on('connection', (socket, request) => {
	const handler = handlers[request.url];
	socket.on('message', (data, isBinary) => handler(socket, data, isBinary));
	socket.on('error', () => socket.terminate());
});

function memory() {
	for (let i = 0; i < 3; i++) {
		globalThis.gc();
	}
	const { heapUsed, external } = process.memoryUsage();
	return `${heapUsed} ${external}`;
}

server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => {
	console.log(`benchmark: ${server.address().port}`);
	createInterface({ input: process.stdin })
		.on('line', () => console.log(`benchmark: ${memory()}`))
		.on('close', () => process.exit(0));
});
