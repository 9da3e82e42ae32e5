package io.github.websockethttp2.testsupport;

import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * An application that has requests beside its echo: {@code GET /hello},
 * {@code POST /count}, which answers with the size of the body, and
 * {@code POST /never-reads}.
 */
@Configuration(proxyBeanMethods = false)
public class RequestHandlers extends EchoHandlers {

	@Bean
	RouterFunction<ServerResponse> requests() {
		return RouterFunctions.route()
			.GET("/hello", (request) -> ServerResponse.ok().bodyValue("hello"))
			.POST("/never-reads", (request) -> Mono.never())
			.POST("/count",
					(request) -> request.bodyToFlux(DataBuffer.class)
						.map(RequestHandlers::sizeOf)
						.reduce(Integer::sum)
						.flatMap((sum) -> ServerResponse.ok().bodyValue(sum.toString())))
			.build();
	}

	private static int sizeOf(DataBuffer buffer) {
		int size = buffer.readableByteCount();
		DataBufferUtils.release(buffer);
		return size;
	}

}
