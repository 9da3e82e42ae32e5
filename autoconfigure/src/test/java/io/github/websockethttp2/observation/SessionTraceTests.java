package io.github.websockethttp2.observation;

import java.lang.ref.WeakReference;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.EventPublishingContextWrapper;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.micrometer.tracing.otel.bridge.Slf4JEventListener;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.ContextStorage;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a session does is in the trace of its handshake, and so is what its handler logs.
 */
class SessionTraceTests {

	private static final Logger logger = LoggerFactory.getLogger(SessionTraceTests.class);

	private static final Slf4JEventListener MDC = new Slf4JEventListener();

	private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

	private static final String[] PARENT = { "traceparent", "00-" + TRACE_ID + "-b7ad6b7169203331-01" };

	private static final BlockingQueue<WeakReference<ServerWebExchange>> EXCHANGES = new LinkedBlockingQueue<>();

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Application.class, "spring.reactor.context-propagation=auto");

	@RegisterExtension
	static final TestServers OBSERVING_MESSAGES = new TestServers(Application.class,
			"spring.reactor.context-propagation=auto", "websocket.http2.observation.messages=true");

	static {
		// Before any context of OpenTelemetry's is used
		ContextStorage.addWrapper(new EventPublishingContextWrapper(MDC::onEvent));
	}

	@AfterAll
	static void disableContextPropagation() {
		Hooks.disableAutomaticContextPropagation();
	}

	@AfterEach
	void forget() {
		EXCHANGES.clear();
	}

	@ParameterizedTest
	@EnumSource(Transport.class)
	void wholeLifeIsInOneTrace(Transport transport) {
		InMemorySpanExporter exporter = exporter(SERVERS, transport);
		String id;
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream stream = connection.open("/traced/one", PARENT);
			id = onlySessionId(SERVERS, transport);
			SpanData handshake = awaitSpan(exporter, "http get /traced/{name}");
			awaitSpan(exporter, "work opening");
			assertThat(exporter.getFinishedSpanItems()).extracting(SpanData::getName)
				.as("No span stays open and none is added")
				.containsExactlyInAnyOrder("work opening", "http get /traced/{name}");
			assertThat(handshake.getTraceId()).isEqualTo(TRACE_ID);
			assertThat(attributes(handshake)).containsEntry("status", (transport.isHttp2()) ? "200" : "101")
				.containsEntry("method", "GET")
				.containsEntry("uri", "/traced/{name}")
				.containsEntry("websocket.session.id", id);
			stream.sendText("hello");
			assertThat(stream.awaitText()).isEqualTo("hello");
			close(stream);
		}
		SERVERS.awaitNoSessions();
		SpanData last = awaitSpan(exporter, "work closed 1000");
		List<SpanData> spans = exporter.getFinishedSpanItems();
		SpanData handshake = awaitSpan(exporter, "http get /traced/{name}");
		assertThat(last.getTraceId()).isEqualTo(TRACE_ID);
		assertThat(spans).extracting(SpanData::getName)
			.containsExactlyInAnyOrder("http get /traced/{name}", "work opening", "work hello", "work closed 1000");
		assertThat(spans).filteredOn((span) -> span != handshake)
			.extracting(SpanData::getParentSpanId)
			.containsOnly(handshake.getSpanId());
	}

	@ParameterizedTest
	@EnumSource(Transport.class)
	void logLinesOfTheHandlerHaveTheTrace(Transport transport) {
		SERVERS.server(transport);
		try (LogCapture log = LogCapture.start(); WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream stream = connection.open("/traced/one", PARENT);
			stream.sendText("hello");
			assertThat(stream.awaitText()).isEqualTo("hello");
			close(stream);
			await().untilAsserted(() -> assertThat(log.messages()).contains("work closed 1000"));
			List<ILoggingEvent> lines = log.events()
				.stream()
				.filter((event) -> event.getLoggerName().equals(logger.getName()))
				.toList();
			assertThat(lines).extracting(ILoggingEvent::getFormattedMessage)
				.containsExactly("work opening", "work hello", "work closed 1000");
			assertThat(lines).allSatisfy((line) -> assertThat(line.getMDCPropertyMap()).as(line.getFormattedMessage())
				.containsEntry("traceId", TRACE_ID));
		}
	}

	@ParameterizedTest
	@EnumSource(Transport.class)
	void sessionDoesNotKeepTheExchange(Transport transport) {
		SERVERS.server(transport);
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream stream = connection.open("/traced/one", PARENT);
			stream.sendText("hello");
			assertThat(stream.awaitText()).isEqualTo("hello");
			WeakReference<ServerWebExchange> exchange = Waiting.take(EXCHANGES);
			// Others take the places in caches of the event loop
			try (WebSocketConnection other = SERVERS.connect(transport)) {
				other.handshake("/nothing");
			}
			await().untilAsserted(() -> {
				System.gc();
				assertThat(exchange.get()).isNull();
			});
			assertThat(SERVERS.server(transport).bean(SessionRegistry.class).getCount()).isEqualTo(1);
			close(stream);
		}
		SERVERS.awaitNoSessions();
	}

	@ParameterizedTest
	@EnumSource(Transport.class)
	void messagesAreSpansOfTheTrace(Transport transport) {
		InMemorySpanExporter exporter = exporter(OBSERVING_MESSAGES, transport);
		try (WebSocketConnection connection = OBSERVING_MESSAGES.connect(transport)) {
			WebSocketStream stream = connection.open("/traced/one", PARENT);
			String id = onlySessionId(OBSERVING_MESSAGES, transport);
			stream.sendText("hello");
			assertThat(stream.awaitText()).isEqualTo("hello");
			SpanData received = awaitSpan(exporter, "websocket received /traced/{name}");
			SpanData sent = awaitSpan(exporter, "websocket sent /traced/{name}");
			assertThat(received.getTraceId()).isEqualTo(TRACE_ID);
			assertThat(received.getParentSpanId())
				.isEqualTo(awaitSpan(exporter, "http get /traced/{name}").getSpanId());
			assertThat(attributes(received)).containsOnly(Map.entry("uri", "/traced/{name}"),
					Map.entry("protocol", transport.httpVersion()), Map.entry("direction", "received"),
					Map.entry("type", "text"), Map.entry("websocket.session.id", id),
					Map.entry("websocket.message.size", "5"));
			assertThat(sent.getTraceId()).isEqualTo(TRACE_ID);
			assertThat(attributes(sent)).containsEntry("direction", "sent").containsEntry("type", "text");
			close(stream);
		}
		OBSERVING_MESSAGES.awaitNoSessions();
	}

	private static void close(WebSocketStream stream) {
		stream.sendClose(1000, "");
		assertThat(stream.awaitClose().code()).isEqualTo(1000);
	}

	private static InMemorySpanExporter exporter(TestServers servers, Transport transport) {
		InMemorySpanExporter exporter = servers.server(transport).bean(InMemorySpanExporter.class);
		servers.awaitNoSessions();
		exporter.reset();
		return exporter;
	}

	private static String onlySessionId(TestServers servers, Transport transport) {
		Collection<LiveSession> sessions = servers.server(transport).bean(SessionRegistry.class).getAll();
		await().until(() -> sessions.size() == 1);
		return sessions.iterator().next().getId();
	}

	private static SpanData awaitSpan(InMemorySpanExporter exporter, String name) {
		return await().until(() -> exporter.getFinishedSpanItems()
			.stream()
			.filter((span) -> span.getName().equals(name))
			.findFirst()
			.orElse(null), (span) -> span != null);
	}

	private static Map<String, String> attributes(SpanData span) {
		return span.getAttributes()
			.asMap()
			.entrySet()
			.stream()
			.collect(Collectors.toMap((entry) -> entry.getKey().getKey(), (entry) -> entry.getValue().toString()));
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		InMemorySpanExporter exporter() {
			return InMemorySpanExporter.create();
		}

		/**
		 * What Boot configures for an application with OpenTelemetry.
		 */
		@Bean
		ObservationHandler<Observation.Context> tracing(InMemorySpanExporter exporter) {
			Tracer otel = SdkTracerProvider.builder()
				.addSpanProcessor(SimpleSpanProcessor.create(exporter))
				.build()
				.get("test");
			OtelTracer tracer = new OtelTracer(otel, new OtelCurrentTraceContext(), (event) -> {
			});
			OtelPropagator propagator = new OtelPropagator(
					ContextPropagators.create(W3CTraceContextPropagator.getInstance()), otel);
			return new ObservationHandler.FirstMatchingCompositeObservationHandler(
					List.of(new PropagatingReceiverTracingObservationHandler<>(tracer, propagator),
							new DefaultTracingObservationHandler(tracer)));
		}

		@Bean
		@WebSocketMapping("/traced/{name}")
		WebSocketHandler traced(ObservationRegistry registry) {
			return (session) -> {
				work(registry, "opening");
				Mono<Void> closed = session.closeStatus()
					.doOnNext((status) -> work(registry, "closed " + status.getCode()))
					.then();
				return session.send(session.receive().map((message) -> answer(session, message, registry))).and(closed);
			};
		}

		private static WebSocketMessage answer(WebSocketSession session, WebSocketMessage message,
				ObservationRegistry registry) {
			String text = message.getPayloadAsText();
			work(registry, text);
			return session.textMessage(text);
		}

		private static void work(ObservationRegistry registry, String what) {
			Observation.createNotStarted("work", registry)
				.contextualName("work " + what)
				.observe(() -> logger.info("work " + what));
		}

		@Bean
		WebFilter exchanges() {
			return (exchange, chain) -> {
				EXCHANGES.add(new WeakReference<>(exchange));
				return chain.filter(exchange);
			};
		}

	}

}
