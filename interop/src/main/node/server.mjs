// Node's http2, with the frames by ws: node server.mjs PORT [KEY_STORE PASSWORD]
import { readFileSync } from 'node:fs';
import { createSecureServer, createServer } from 'node:http2';
import { createRequire } from 'node:module';

// Debian's
const WS = '/usr/share/nodejs/ws';
const require = createRequire(import.meta.url);
const WebSocket = require(WS);
const PerMessageDeflate = require(`${WS}/lib/permessage-deflate.js`);
const { parse, format } = require(`${WS}/lib/extension.js`);

const MAX_PAYLOAD = 2 * 1024 * 1024;
const DEFLATE = PerMessageDeflate.extensionName;

function echo(socket) {
	socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
}

const paths = {
	'/echo': echo,
	'/chat': echo,
	'/fragments': (socket) => socket.on('message', (data) => {
		const third = Math.floor(data.length / 3);
		socket.send(data.subarray(0, third).toString(), { fin: false });
		socket.send(data.subarray(third, 2 * third).toString(), { fin: false });
		socket.send(data.subarray(2 * third).toString(), { fin: true });
	}),
	'/close': (socket) => socket.on('message', () => socket.close(4000, 'enough')),
	'/abort': (socket) => socket.on('message', () => socket.terminate())
};

function accept(stream, headers) {
	const answer = { ':status': 200 };
	const extensions = {};
	const offers = headers['sec-websocket-extensions'] && parse(headers['sec-websocket-extensions'])[DEFLATE];
	if (offers) {
		const deflate = new PerMessageDeflate({ threshold: 0 }, true, MAX_PAYLOAD);
		deflate.accept(offers);
		answer['sec-websocket-extensions'] = format({ [DEFLATE]: [deflate.params] });
		extensions[DEFLATE] = deflate;
	}
	if (headers[':path'] === '/chat') {
		answer['sec-websocket-protocol'] = 'chat';
	}
	stream.respond(answer);
	// What ws expects of a TCP socket
	stream.setNoDelay = () => stream;
	const socket = new WebSocket(null);
	socket._extensions = extensions;
	socket.setSocket(stream, Buffer.alloc(0), { maxPayload: MAX_PAYLOAD, skipUTF8Validation: false });
	socket.on('error', () => socket.terminate());
	socket.on('close', (code) => console.log(`closed ${headers[':path']} ${code}`));
	paths[headers[':path']](socket);
}

const [port, keyStore, passphrase] = process.argv.slice(2);
const settings = { enableConnectProtocol: true };
const server = keyStore
	? createSecureServer({ pfx: readFileSync(keyStore), passphrase, settings })
	: createServer({ settings });
server.on('stream', (stream, headers) => {
	stream.on('error', () => stream.destroy());
	if (headers[':protocol'] === 'websocket' && headers[':path'] in paths) {
		accept(stream, headers);
	}
	else {
		stream.respond({ ':status': 404 }, { endStream: true });
	}
});
server.listen(port, '127.0.0.1');
