package com.example.smoke;

import java.security.Principal;
import java.time.Instant;

import io.github.websockethttp2.security.PrincipalExpiry;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.server.WebFilter;

/**
 * Everybody who has not logged in comes with a ticket, which is good for two seconds where
 * that matters.
 */
@Configuration(proxyBeanMethods = false)
class Tickets {

	@Bean
	WebFilter ticketFilter() {
		return (exchange, chain) -> {
			Mono<Principal> principal = exchange.getPrincipal();
			return chain.filter(exchange.mutate()
				.principal(principal.defaultIfEmpty(new Ticket(Instant.now().plusSeconds(2))))
				.build());
		};
	}

	@Bean
	PrincipalExpiry ticketExpiry() {
		return (principal) -> (principal instanceof Ticket ticket) ? ticket.validUntil() : null;
	}

	record Ticket(Instant validUntil) implements Principal {

		@Override
		public String getName() {
			return "ticket";
		}

	}

}
