package io.github.websockethttp2.testsupport;

import reactor.core.publisher.Flux;

import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.SubscriptionMapping;
import org.springframework.stereotype.Controller;

/**
 * A subscription of Spring for GraphQL that counts.
 */
@Controller
public class CountController {

	@SubscriptionMapping
	Flux<Integer> count(@Argument int to) {
		return Flux.range(1, to);
	}

}
