package io.github.websockethttp2.server;

import java.net.URI;
import java.security.Principal;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.util.CollectionUtils;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.socket.HandshakeInfo;

/**
 * The handshake of a client, kept as bytes and decoded on each access. Few handlers read
 * it, and most of them once, while the maps of a browser's headers would take two
 * kilobytes for the life of the session. The decoded maps are read-only.
 */
final class CompactHandshakeInfo extends HandshakeInfo {

	private static final URI NO_URI = URI.create("");

	/** Marks the end of the cookies, since a cookie's name is not empty. */
	private static final String END_OF_COOKIES = "";

	private static final MultiValueMap<String, HttpCookie> NO_COOKIES = new LinkedMultiValueMap<>(0);

	private final byte[] packed;

	/**
	 * Create a copy.
	 * @param info the handshake to copy
	 * @param headers the headers that the client sent
	 * @param attributes the initial attributes of the session
	 * @param principal the principal of the client
	 * @param subProtocol the negotiated sub-protocol, or {@code null} for none
	 */
	CompactHandshakeInfo(HandshakeInfo info, HttpHeaders headers, Map<String, Object> attributes,
			Mono<Principal> principal, @Nullable String subProtocol) {
		super(NO_URI, HttpHeaders.EMPTY, NO_COOKIES, principal, subProtocol, info.getRemoteAddress(), attributes,
				info.getLogPrefix());
		this.packed = pack(info.getUri(), headers, info.getCookies());
	}

	private static byte[] pack(URI uri, HttpHeaders headers, MultiValueMap<String, HttpCookie> cookies) {
		PackedStrings.Builder packed = PackedStrings.builder().add(uri.toString());
		cookies.values().forEach((values) -> values.forEach((it) -> packed.add(it.getName()).add(it.getValue())));
		packed.add(END_OF_COOKIES);
		headers.forEach((name, values) -> values.forEach((value) -> packed.add(name).add(value)));
		return packed.build();
	}

	@Override
	public URI getUri() {
		return URI.create(new PackedStrings(this.packed).next());
	}

	@Override
	public MultiValueMap<String, HttpCookie> getCookies() {
		PackedStrings strings = new PackedStrings(this.packed);
		strings.next();
		MultiValueMap<String, HttpCookie> cookies = new LinkedMultiValueMap<>();
		String name = strings.next();
		while (!name.equals(END_OF_COOKIES)) {
			cookies.add(name, new HttpCookie(name, strings.next()));
			name = strings.next();
		}
		return CollectionUtils.unmodifiableMultiValueMap(cookies);
	}

	@Override
	public HttpHeaders getHeaders() {
		PackedStrings strings = new PackedStrings(this.packed);
		strings.next();
		while (!strings.next().equals(END_OF_COOKIES)) {
			strings.next();
		}
		HttpHeaders headers = new HttpHeaders();
		while (strings.hasNext()) {
			headers.add(strings.next(), strings.next());
		}
		return HttpHeaders.readOnlyHttpHeaders(headers);
	}

	@Override
	public String toString() {
		return "HandshakeInfo[uri=" + getUri() + "]";
	}

}
