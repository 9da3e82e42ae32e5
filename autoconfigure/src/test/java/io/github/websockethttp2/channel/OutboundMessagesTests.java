package io.github.websockethttp2.channel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.logging.Level;

import io.github.websockethttp2.frame.FrameEncoder;
import io.github.websockethttp2.frame.OutboundMark;
import io.github.websockethttp2.frame.Role;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.Waiting;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalChannel;
import io.netty.util.IllegalReferenceCountException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.observability.DefaultSignalListener;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.netty.channel.AbortedException;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.web.reactive.socket.WebSocketMessage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How many messages a session asks a handler's publisher for, and what becomes of those
 * that cannot be sent.
 */
class OutboundMessagesTests {

	private static final int ROOM = 64 * 1024;

	private static final NettyDataBufferFactory BUFFERS = new NettyDataBufferFactory(UnpooledByteBufAllocator.DEFAULT);

	private final Peer channel = new Peer();

	private final OutboundFrames outbound;

	private final Source source = new Source();

	private final List<Throwable> errors = new ArrayList<>();

	private int completions;

	private Disposable sending = Disposables.disposed();

	OutboundMessagesTests() {
		this.channel.pipeline()
			.addLast(new Barriers(), new FrameEncoder(Role.SERVER, new QuietTransport(this.channel)),
					new ChannelOutboundHandlerAdapter());
		this.channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(ROOM / 2, ROOM));
		this.outbound = new OutboundFrames(this.channel, new QuietTransport(this.channel), new UnwatchedOutbound());
		this.outbound.begin(this.channel.pipeline().lastContext());
		this.channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {

			@Override
			public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
				assertThat(OutboundMessagesTests.this.outbound.isOfMessage(cause)).isTrue();
			}

		});
	}

	private void send(Publisher<WebSocketMessage> messages) {
		this.sending = new OutboundMessages(this.outbound, messages).subscribe((value) -> {
		}, this.errors::add, () -> this.completions++);
	}

	@AfterEach
	void finish() {
		this.sending.dispose();
		this.channel.finishAndReleaseAll();
	}

	@Test
	void asksForAsManyMessagesAsReactorNettyAtFirst() {
		send(this.source);
		assertThat(this.source.demand).isEqualTo(128);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 10, 1_000, 20_000, ROOM, 2 * ROOM })
	void neverLetsThePublisherRunDryWhileThePeerReads(int size) {
		send(this.source);
		for (int i = 0; i < 1_000; i++) {
			this.source.next(size);
			assertThat(this.source.demand).isGreaterThan(128 - 16);
			if (i % 7 == 0) {
				this.channel.runPendingTasks();
			}
		}
	}

	@Test
	void asksForNoMoreBigMessagesUntilTheyHaveLeft() {
		send(this.source);
		this.channel.reads = false;
		int sent = 0;
		for (; this.source.demand > 0 && sent < 1_000; sent++) {
			this.source.next(20_000);
		}
		assertThat(sent).isBetween(128, 128 + 16 + ROOM / 20_000);
		this.channel.resume();
		assertThat(this.source.demand).isGreaterThan(128 - 16);
	}

	@Test
	void asksForMoreSmallMessagesWhileThereIsRoom() {
		send(this.source);
		this.channel.reads = false;
		int sent = 0;
		for (; this.source.demand > 0 && sent < 10_000; sent++) {
			this.source.next(100);
		}
		assertThat(sent * 102).isBetween(ROOM, 2 * ROOM);
		this.channel.resume();
		assertThat(this.source.demand).isGreaterThan(128 - 16);
	}

	/**
	 * What has left of what waits is asked for anew, although more waits than there is
	 * room for: a ticker goes on while a slow peer reads.
	 */
	@Test
	void asksForMoreAsBatchesLeave() {
		send(this.source);
		this.channel.reads = false;
		for (int i = 0; i < 100; i++) {
			this.source.next(20_000);
		}
		for (int i = 0; i < 200; i++) {
			this.channel.readOne();
			this.source.next(20_000);
			assertThat(this.source.demand).isPositive();
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whatEmitsAsItIsAskedWaits(boolean list) {
		AtomicInteger emitted = new AtomicInteger();
		Flux<Integer> numbers = (list) ? Flux.range(0, 20) : Flux.range(0, 20).concatWith(Flux.empty());
		this.channel.reads = false;
		send(numbers.map((i) -> {
			emitted.incrementAndGet();
			return message(10 * ROOM);
		}));
		assertThat(emitted).hasValue((list) ? 1 : 4);
		this.channel.reads = true;
		for (int i = 0; i < 20; i++) {
			this.channel.runPendingTasks();
			this.channel.resume();
		}
		assertThat(emitted).hasValue(20);
		assertThat(this.completions).isOne();
	}

	@Test
	void whatEmitsAsItIsAskedTakesTurns() {
		AtomicInteger emitted = new AtomicInteger();
		send(Flux.range(0, 1_000).map((i) -> {
			emitted.incrementAndGet();
			return message(10);
		}));
		assertThat(emitted).hasValue(128);
		this.channel.runPendingTasks();
		assertThat(emitted).hasValue(1_000);
		assertThat(this.completions).isOne();
	}

	/**
	 * What goes on by itself is flushed, but not held up: it may be one that cannot wait.
	 */
	@Test
	void whatEmitsByItselfIsFlushedNowAndThen() {
		List<Integer> flushed = new ArrayList<>();
		send(Flux.range(0, 1_000).onBackpressureBuffer().map((i) -> {
			flushed.add(this.channel.flushed);
			return message(10);
		}));
		assertThat(flushed).hasSize(1_000);
		assertThat(flushed.get(300)).isPositive();
		this.channel.runPendingTasks();
		assertThat(this.completions).isOne();
	}

	@Test
	void aSubscriptionThatCannotBeLookedIntoIsAskedAllTheSame() {
		UnwillingSubscription subscription = new UnwillingSubscription();
		send((subscriber) -> subscriber.onSubscribe(subscription));
		assertThat(subscription.asked).isEqualTo(128);
		UnwillingSubscription mapped = new UnwillingSubscription();
		Publisher<WebSocketMessage> unwilling = (subscriber) -> subscriber.onSubscribe(mapped);
		send(Flux.from(unwilling).map((message) -> message));
		assertThat(mapped.asked).isEqualTo(128);
		assertThat(this.errors).isEmpty();
	}

	/**
	 * A publisher whose emission nests into the call that asks for it.
	 */
	@Test
	void whatEmitsWhileItIsAskedDoesNotNest() {
		AtomicInteger sent = new AtomicInteger();
		send(Flux.<WebSocketMessage>create((sink) -> sink.onRequest((n) -> {
			for (long i = 0; i < n && sent.get() < 100_000; i++) {
				sent.incrementAndGet();
				sink.next(message(0));
			}
		}), FluxSink.OverflowStrategy.IGNORE));
		for (int i = 0; i < 100; i++) {
			this.channel.runPendingTasks();
		}
		assertThat(sent).hasValue(100_000);
		assertThat(this.errors).isEmpty();
	}

	@Test
	void whatEmitsAsItIsAskedGetsAllDemandWhenItHasNothingToEmit() {
		send(Flux.range(0, 12).map((i) -> message(20_000)).concatWith(Flux.from(this.source)));
		assertThat(this.source.demand).isGreaterThanOrEqualTo(128 - 12);
	}

	@ParameterizedTest
	@MethodSource("transparentOperators")
	void whatASessionReceivesIsAskedForInSmallNumbers(UnaryOperator<Flux<WebSocketMessage>> operator) {
		AtomicLong asked = new AtomicLong();
		InboundMessages received = new InboundMessages(this.channel.eventLoop(), new QuietTransport(this.channel),
				(thrown) -> {
				});
		send(received.doOnRequest(asked::addAndGet).transform(operator));
		assertThat(asked).hasValue(4);
		for (int i = 0; i < 100; i++) {
			received.add(message(10));
		}
		assertThat(asked).hasValueGreaterThanOrEqualTo(100);
		this.channel.reads = false;
		for (int i = 0; i < 100; i++) {
			received.add(message(ROOM / 2));
		}
		assertThat(asked).hasValueLessThanOrEqualTo(100 + 4 + 4);
	}

	static List<UnaryOperator<Flux<WebSocketMessage>>> transparentOperators() {
		return List.of((flux) -> flux, (flux) -> flux.map((message) -> message),
				(flux) -> flux.mapNotNull((message) -> message), (flux) -> flux.filter((message) -> true),
				(flux) -> flux.handle((message, sink) -> sink.next(message)), (flux) -> flux.doOnNext((message) -> {
				}), (flux) -> flux.log("transparent", Level.FINEST), (flux) -> flux.doOnEach((signal) -> {
				}), (flux) -> flux.doFinally((signal) -> {
				}), (flux) -> flux.index((i, message) -> message), (flux) -> flux.contextWrite(Context.of("a", "b")),
				(flux) -> flux.take(1_000_000), (flux) -> flux.takeUntil((message) -> false),
				(flux) -> flux.takeWhile((message) -> true), (flux) -> flux.cast(WebSocketMessage.class),
				(flux) -> flux.skip(0), (flux) -> flux.name("name"),
				(flux) -> flux.distinctUntilChanged(System::identityHashCode),
				(flux) -> flux.tap(() -> new DefaultSignalListener<>() {
				}));
	}

	@ParameterizedTest
	@MethodSource("joiningOperators")
	void whatOtherPublishersAreJoinedToIsAskedForAsMuchAsTheyAre(UnaryOperator<Flux<WebSocketMessage>> operator) {
		AtomicLong asked = new AtomicLong();
		InboundMessages received = new InboundMessages(this.channel.eventLoop(), new QuietTransport(this.channel),
				(thrown) -> {
				});
		send(received.as((flux) -> operator.apply(flux)).doOnRequest(asked::addAndGet));
		assertThat(asked).hasValue(128);
	}

	static List<UnaryOperator<Flux<WebSocketMessage>>> joiningOperators() {
		return List.of((flux) -> flux.concatWith(Flux.never()), (flux) -> flux.mergeWith(Flux.never()),
				(flux) -> flux.switchIfEmpty(Flux.never()), (flux) -> flux.onErrorResume((ex) -> Flux.never()),
				(flux) -> flux.flatMap((message) -> Flux.never()), (flux) -> flux.concatMap((message) -> Flux.never()),
				(flux) -> flux.switchMap((message) -> Flux.never()), (flux) -> flux.repeat());
	}

	// What cannot be sent

	@Test
	void aPublisherThatSendsWithoutBeingAskedIsCancelled() {
		send(this.source);
		this.channel.reads = false;
		for (int i = 0; i < 1_000 && this.errors.isEmpty(); i++) {
			this.source.emit(message(ROOM));
		}
		assertThat(this.errors).singleElement().satisfies((error) -> assertThat(Exceptions.isOverflow(error)).isTrue());
		assertThat(this.source.cancelled).isTrue();
	}

	@ParameterizedTest
	@EnumSource(names = { "PING", "PONG" })
	void aControlFrameThatIsTooLongFailsAndIsNotWritten(WebSocketMessage.Type type) {
		WebSocketMessage tooLong = new WebSocketMessage(type, BUFFERS.wrap(new byte[126]));
		send(Flux.just(tooLong));
		assertThat(this.errors).singleElement().isInstanceOf(IllegalArgumentException.class);
		assertThat(NettyDataBufferFactory.toByteBuf(tooLong.getPayload()).refCnt()).isZero();
		assertThat(written()).isZero();
		send(Flux.just(new WebSocketMessage(type, BUFFERS.wrap(new byte[125]))));
		assertThat(written()).isEqualTo(2 + 125);
		assertThat(this.completions).isOne();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 126, 4_096, 4_097, 200_000 })
	void aReleasedBufferFailsAndIsNotWritten(int size) {
		WebSocketMessage released = message(size);
		DataBufferUtils.release(released.getPayload());
		send(Flux.just(message(3), released, message(3)));
		assertThat(this.errors).singleElement().isInstanceOf(IllegalReferenceCountException.class);
		send(Flux.just(message(4)));
		assertThat(written()).isEqualTo(2 + 3 + 2 + 4);
		assertThat(this.completions).isOne();
	}

	@Test
	void whatThePublisherThrowsIsTheErrorOfTheSending() {
		IllegalStateException mistake = new IllegalStateException("mistake");
		send((subscriber) -> {
			throw mistake;
		});
		send(Flux.range(0, 3).map((i) -> {
			throw mistake;
		}));
		send((subscriber) -> subscriber.onSubscribe(new Subscription() {

			@Override
			public void request(long n) {
				throw mistake;
			}

			@Override
			public void cancel() {
			}

		}));
		assertThat(this.errors).containsExactly(mistake, mistake, mistake);
	}

	// The end

	@Test
	void anEmptyPublisherCompletes() {
		send(Flux.empty());
		this.channel.runPendingTasks();
		assertThat(this.completions).isOne();
	}

	@Test
	void afterACleanCloseSendingCompletesAndNothingIsAskedFor() {
		this.outbound.stop(null);
		this.outbound.stop(new IOException("later"));
		send(this.source);
		assertThat(this.completions).isOne();
		assertThat(this.source.cancelled).isTrue();
		assertThat(this.source.asked).isZero();
	}

	@Test
	void afterAnotherEndSendingFailsWithItsCause() {
		IOException cause = new IOException("lost");
		this.outbound.stop(cause);
		send(this.source);
		assertThat(this.errors).containsExactly(cause);
		assertThat(this.source.cancelled).isTrue();
	}

	@Test
	void severalAreSentSideBySide() {
		Source other = new Source();
		send(this.source);
		send(other);
		for (int i = 0; i < 200; i++) {
			this.source.next(1_000);
			other.next(1_000);
		}
		this.source.subscriber.onComplete();
		other.subscriber.onComplete();
		this.channel.runPendingTasks();
		assertThat(this.completions).isEqualTo(2);
		assertThat(written()).isEqualTo(400 * 1_004);
	}

	@Test
	void noErrorIsToldAfterTheSendingIsCancelled() {
		try (LogCapture log = LogCapture.start()) {
			send(this.source);
			this.source.onCancel = () -> {
				this.source.subscriber.onError(new IOException("cancelled"));
				this.outbound.stop(new IOException("lost"));
			};
			this.sending.dispose();
			this.channel.runPendingTasks();
			assertThat(this.errors).isEmpty();
			log.assertNothingAbove(ch.qos.logback.classic.Level.DEBUG);
		}
	}

	@Test
	void aFailingCallbackDoesNotKeepTheOthersFromTheirEnd() {
		new OutboundMessages(this.outbound, this.source).subscribe((value) -> {
		}, (error) -> {
			throw new NoClassDefFoundError("mistake");
		});
		Source other = new Source();
		send(other);
		this.outbound.stop(new IOException("lost"));
		this.outbound.endSenders();
		assertThat(this.errors).hasSize(1);
		assertThat(other.cancelled).isTrue();
	}

	@Test
	void withoutAnEventLoopSendingFails() throws Exception {
		DefaultEventLoop eventLoop = new DefaultEventLoop();
		LocalChannel gone = new LocalChannel();
		eventLoop.register(gone).sync();
		eventLoop.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
		OutboundFrames outbound = new OutboundFrames(gone, new QuietTransport(this.channel), new UnwatchedOutbound());
		List<Flux<WebSocketMessage>> sources = List.of(Flux.just(message(10)), Flux.never(), Flux.empty(),
				Flux.error(new IOException()), Flux.from(this.source));
		for (Flux<WebSocketMessage> messages : sources) {
			StepVerifier.create(new OutboundMessages(outbound, messages))
				.expectError(AbortedException.class)
				.verify(Waiting.TIMEOUT);
		}
		assertThat(this.source.asked).isZero();
		WebSocketMessage late = message(10);
		this.source.emit(late);
		assertThat(NettyDataBufferFactory.toByteBuf(late.getPayload()).refCnt()).isZero();
	}

	private int written() {
		this.channel.runPendingTasks();
		this.channel.flushOutbound();
		int written = 0;
		for (ByteBuf bytes = this.channel.readOutbound(); bytes != null; bytes = this.channel.readOutbound()) {
			written += bytes.readableBytes();
			bytes.release();
		}
		return written;
	}

	private static WebSocketMessage message(int size) {
		return new WebSocketMessage(WebSocketMessage.Type.TEXT,
				BUFFERS.wrap("x".repeat(size).getBytes(StandardCharsets.US_ASCII)));
	}

	/**
	 * A socket that takes what has been flushed, or as much as it is told to.
	 */
	private static final class Peer extends EmbeddedChannel {

		private boolean reads = true;

		private int messages;

		private int flushed;

		@Override
		protected void doWrite(ChannelOutboundBuffer out) {
			for (Object bytes = out.current(); bytes != null
					&& (this.reads || this.messages > 0); bytes = out.current()) {
				this.messages -= (((ByteBuf) bytes).readableBytes() >= 10_000) ? 1 : 0;
				this.flushed += ((ByteBuf) bytes).readableBytes();
				outboundMessages().add(((ByteBuf) bytes).retain());
				out.remove();
			}
		}

		void resume() {
			this.reads = true;
			flush();
			runPendingTasks();
		}

		/**
		 * Takes one big message.
		 */
		void readOne() {
			this.messages = 1;
			flush();
			runPendingTasks();
		}

	}

	private static final class Source implements Publisher<WebSocketMessage>, Subscription {

		private Subscriber<? super WebSocketMessage> subscriber;

		private long asked;

		private long demand;

		private boolean cancelled;

		private Runnable onCancel = () -> {
		};

		@Override
		public void subscribe(Subscriber<? super WebSocketMessage> subscriber) {
			this.subscriber = subscriber;
			subscriber.onSubscribe(this);
		}

		void next(int size) {
			assertThat(this.demand).isPositive();
			emit(message(size));
		}

		void emit(WebSocketMessage message) {
			this.demand--;
			this.subscriber.onNext(message);
		}

		@Override
		public void request(long n) {
			this.asked += n;
			this.demand += n;
		}

		@Override
		public void cancel() {
			this.cancelled = true;
			this.onCancel.run();
		}

	}

	private static final class UnwillingSubscription implements Subscription, Scannable {

		private long asked;

		@Override
		public void request(long n) {
			this.asked += n;
		}

		@Override
		public void cancel() {
		}

		@Override
		@SuppressWarnings("rawtypes")
		public Object scanUnsafe(Attr key) {
			throw new IllegalStateException("Private");
		}

		@Override
		public String toString() {
			throw new IllegalStateException("Private");
		}

	}

	/**
	 * No bytes are written when all before them are.
	 */
	private static final class Barriers extends ChannelOutboundHandlerAdapter {

		@Override
		public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
			ctx.write((message == OutboundMark.BARRIER) ? Unpooled.EMPTY_BUFFER : message, promise);
		}

	}

}
