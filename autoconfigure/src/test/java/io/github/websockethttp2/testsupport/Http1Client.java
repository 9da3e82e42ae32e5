package io.github.websockethttp2.testsupport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;

/**
 * An HTTP/1.1 connection that a test drives by hand. Waits are bounded.
 */
public final class Http1Client implements AutoCloseable {

	private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

	private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

	private static final int MAX_LINE = 64 * 1024;

	private final int port;

	private final Socket tcp;

	private final TcpStream bytes;

	private Http1Client(int port, Socket tcp, Socket socket) throws IOException {
		this.port = port;
		this.tcp = tcp;
		this.bytes = new TcpStream(socket, Waiting.TIMEOUT);
	}

	/**
	 * Connects in clear text.
	 * @param port the port on the loopback interface
	 * @return the client
	 */
	public static Http1Client connect(int port) {
		try {
			Socket tcp = socket(port);
			return new Http1Client(port, tcp, tcp);
		}
		catch (IOException ex) {
			throw new AssertionError("Cannot connect", ex);
		}
	}

	/**
	 * Connects over TLS and trusts any certificate.
	 * @param port the port on the loopback interface
	 * @return the client
	 */
	public static Http1Client connectTls(int port) {
		try {
			SSLContext sslContext = SSLContext.getInstance("TLS");
			sslContext.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
			Socket tcp = socket(port);
			SSLSocket socket = (SSLSocket) sslContext.getSocketFactory().createSocket(tcp, "localhost", port, true);
			SSLParameters parameters = socket.getSSLParameters();
			parameters.setApplicationProtocols(new String[] { "http/1.1" });
			socket.setSSLParameters(parameters);
			socket.startHandshake();
			return new Http1Client(port, tcp, socket);
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new AssertionError("Cannot connect", ex);
		}
	}

	/**
	 * Does a WebSocket handshake, which must be accepted, and checks the answer's key.
	 * @param path the path
	 * @param headers more headers, each as {@code "name: value"}; those of the handshake
	 * can be replaced
	 * @return the WebSocket
	 */
	public WebSocketStream openWebSocket(String path, String... headers) {
		Http1Response response = webSocket(path, headers);
		if (response.status() != 101) {
			throw new AssertionError("Awaited an accepted WebSocket but received " + response);
		}
		return webSocket();
	}

	/**
	 * Does a WebSocket handshake and checks the answer's key if it is accepted.
	 * @param path the path
	 * @param headers more headers, each as {@code "name: value"}; those of the handshake
	 * can be replaced
	 * @return the response; if it is 101, {@link #webSocket()} is the WebSocket
	 */
	public Http1Response webSocket(String path, String... headers) {
		return webSocket(path, new byte[0], headers);
	}

	/**
	 * Does a WebSocket handshake with bytes right behind it, and checks the answer's key
	 * if it is accepted.
	 * @param path the path
	 * @param early the bytes that do not wait for the answer
	 * @param headers more headers, each as {@code "name: value"}; those of the handshake
	 * can be replaced
	 * @return the response; if it is 101, {@link #webSocket()} is the WebSocket
	 */
	public Http1Response webSocket(String path, byte[] early, String... headers) {
		List<String> lines = new ArrayList<>(List.of("Upgrade: websocket", "Connection: Upgrade",
				"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + KEY));
		for (String header : headers) {
			lines.removeIf((line) -> name(line).equalsIgnoreCase(name(header)));
		}
		lines.addAll(List.of(headers));
		Http1Response response = request("GET", path, early, lines.toArray(String[]::new));
		if (response.status() == 101) {
			String key = lines.stream()
				.filter((line) -> name(line).equalsIgnoreCase("sec-websocket-key"))
				.map((line) -> line.substring(line.indexOf(':') + 1).trim())
				.findFirst()
				.orElseThrow();
			if (!accept(key).equals(response.header("sec-websocket-accept"))
					|| !"websocket".equalsIgnoreCase(response.header("upgrade"))
					|| !"upgrade".equalsIgnoreCase(response.header("connection"))) {
				throw new AssertionError("The server accepted the WebSocket with the wrong headers: " + response);
			}
		}
		return response;
	}

	/**
	 * Returns the WebSocket on this connection, once a handshake has been accepted.
	 * @return the WebSocket
	 */
	public WebSocketStream webSocket() {
		return new WebSocketStream(this.bytes);
	}

	/**
	 * Sends a request without a body and waits for the response.
	 * @param method the method
	 * @param path the path
	 * @param headers more headers, each as {@code "name: value"}; {@code host} can be
	 * replaced
	 * @return the response
	 */
	public Http1Response request(String method, String path, String... headers) {
		return request(method, path, new byte[0], headers);
	}

	private Http1Response request(String method, String path, byte[] behind, String... headers) {
		StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
		if (List.of(headers).stream().noneMatch((header) -> name(header).equalsIgnoreCase("host"))) {
			request.append("Host: localhost:").append(this.port).append("\r\n");
		}
		for (String header : headers) {
			request.append(header).append("\r\n");
		}
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		bytes.writeBytes(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
		bytes.writeBytes(behind);
		sendBytes(bytes.toByteArray());
		return awaitResponse(method);
	}

	/**
	 * Sends bytes that need not be a request.
	 * @param bytes the bytes
	 */
	public void sendBytes(byte[] bytes) {
		this.bytes.write(bytes);
	}

	/**
	 * Ends this side of the connection behind what has been sent.
	 */
	public void endOutput() {
		this.bytes.endStream();
	}

	/**
	 * Waits for the end of the connection, and fails if bytes come before.
	 * @return how it ended
	 */
	public EndOfBytes awaitEndOfBytes() {
		return this.bytes.awaitEndOfBytes();
	}

	/**
	 * Returns the local port, by which the server knows this connection.
	 * @return the local port
	 */
	public int localPort() {
		return this.tcp.getLocalPort();
	}

	/**
	 * Resets the TCP connection, as a peer that is killed.
	 */
	public void abort() {
		try {
			this.tcp.setSoLinger(true, 0);
			// Past TLS, which would say goodbye and first read all that arrives
			this.tcp.close();
		}
		catch (IOException ex) {
			throw new AssertionError("Cannot abort", ex);
		}
		close();
	}

	@Override
	public void close() {
		try {
			this.bytes.close();
		}
		catch (IOException ex) {
			throw new AssertionError("Cannot close", ex);
		}
	}

	private Http1Response awaitResponse(String method) {
		String[] statusLine = awaitLine().split(" ", 3);
		if (!statusLine[0].equals("HTTP/1.1")) {
			throw new AssertionError("Not a status line: " + String.join(" ", statusLine));
		}
		int status = Integer.parseInt(statusLine[1]);
		HttpHeaders headers = new DefaultHttpHeaders();
		String line = awaitLine();
		while (!line.isEmpty()) {
			headers.add(name(line), line.substring(line.indexOf(':') + 1).trim());
			line = awaitLine();
		}
		return new Http1Response(status, headers, awaitBody(method, status, headers));
	}

	private String awaitBody(String method, int status, HttpHeaders headers) {
		if (status < 200 || status == 204 || status == 304 || method.equals("HEAD")) {
			return "";
		}
		byte[] body;
		if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
			body = awaitChunks();
		}
		else if (headers.contains("content-length")) {
			body = this.bytes.awaitBytes(headers.getInt("content-length"), "body");
		}
		else {
			body = this.bytes.awaitRest();
		}
		return new String(body, StandardCharsets.UTF_8);
	}

	private byte[] awaitChunks() {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		int length = Integer.parseInt(awaitLine(), 16);
		while (length > 0) {
			body.writeBytes(this.bytes.awaitBytes(length, "chunk"));
			awaitLine();
			length = Integer.parseInt(awaitLine(), 16);
		}
		awaitLine();
		return body.toByteArray();
	}

	private String awaitLine() {
		StringBuilder line = new StringBuilder();
		while (line.length() < MAX_LINE) {
			line.append((char) (this.bytes.awaitBytes(1, "line of the response")[0] & 0xFF));
			if (line.length() >= 2 && line.charAt(line.length() - 1) == '\n') {
				line.setLength(line.length() - 2);
				return line.toString();
			}
		}
		throw new AssertionError("The server sent a line without end: " + line);
	}

	private static Socket socket(int port) throws IOException {
		Socket socket = new Socket();
		socket.setTcpNoDelay(true);
		socket.setSoTimeout((int) Waiting.TIMEOUT.toMillis());
		socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) Waiting.TIMEOUT.toMillis());
		return socket;
	}

	private static String name(String header) {
		return header.substring(0, header.indexOf(':'));
	}

	private static String accept(String key) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-1")
				.digest((key + KEY_SUFFIX).getBytes(StandardCharsets.US_ASCII));
			return Base64.getEncoder().encodeToString(digest);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
