package io.github.websockethttp2.testsupport;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * For tests with very many buffers: Netty tracks some of them, as in production. To track
 * all makes each many times as expensive.
 */
@Documented
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SampledLeaks.Sampling.class)
public @interface SampledLeaks {

	/**
	 * Sets the level for a class or a method.
	 */
	final class Sampling implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

		@Override
		public void beforeAll(ExtensionContext context) {
			ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
		}

		@Override
		public void beforeEach(ExtensionContext context) {
			ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
		}

		@Override
		public void afterEach(ExtensionContext context) {
			ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
		}

		@Override
		public void afterAll(ExtensionContext context) {
			ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
		}

	}

}
