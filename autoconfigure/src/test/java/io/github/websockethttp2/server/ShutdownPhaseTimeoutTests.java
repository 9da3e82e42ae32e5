package io.github.websockethttp2.server;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import org.springframework.context.LifecycleProcessor;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What of the context's processor is not public API.
 */
class ShutdownPhaseTimeoutTests {

	private static final Duration CONFIGURED = Duration.ofSeconds(30);

	private final DefaultLifecycleProcessor processor = new DefaultLifecycleProcessor();

	@Test
	void processorSaysHowLongAllPhasesMayTake() {
		this.processor.setTimeoutPerShutdownPhase(1234);
		assertThat(timeout(this.processor)).isEqualTo(Duration.ofMillis(1234));
	}

	@Test
	void processorSaysHowLongThisPhaseMayTake() {
		this.processor.setTimeoutPerShutdownPhase(1234);
		this.processor.setTimeoutForShutdownPhase(0, 1);
		this.processor.setTimeoutForShutdownPhase(SessionDraining.STOP_PHASE, 5678);
		assertThat(timeout(this.processor)).isEqualTo(Duration.ofMillis(5678));
	}

	@Test
	void contextThatHasNoProcessorOfItsOwnMakesOne() {
		assertThat(timeout(null)).isEqualTo(Duration.ofSeconds(10));
	}

	@Test
	void processorOfAnotherKindIsNotAsked() {
		assertThat(timeout(new LifecycleProcessor() {

			@Override
			public void onRefresh() {
			}

			@Override
			public void onClose() {
			}

			@Override
			public void start() {
			}

			@Override
			public void stop() {
			}

			@Override
			public boolean isRunning() {
				return true;
			}

		})).isEqualTo(CONFIGURED);
	}

	private static Duration timeout(LifecycleProcessor processor) {
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			if (processor != null) {
				context.registerBean("lifecycleProcessor", LifecycleProcessor.class, () -> processor);
			}
			context.refresh();
			return new ShutdownPhaseTimeout(context.getBeanProvider(LifecycleProcessor.class), CONFIGURED).get();
		}
	}

}
