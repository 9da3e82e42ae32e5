package io.github.websockethttp2.test;

import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * The runs of a {@link WebSocketTest}: one over each transport.
 */
final class WebSocketTestInvocations implements TestTemplateInvocationContextProvider {

	@Override
	public boolean supportsTestTemplate(ExtensionContext context) {
		return context.getTestMethod().map(WebSocketTestInvocations::annotation).isPresent();
	}

	private static @Nullable WebSocketTest annotation(Method method) {
		return AnnotatedElementUtils.findMergedAnnotation(method, WebSocketTest.class);
	}

	@Override
	public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
		WebSocketTest annotation = annotation(context.getRequiredTestMethod());
		boolean all = annotation == null || annotation.value().length == 0;
		return Stream.of((annotation != null && !all) ? annotation.value() : Transport.values())
			.distinct()
			.map((transport) -> new Invocation(transport, !all));
	}

	/**
	 * A run.
	 *
	 * @param transport the transport
	 * @param required whether the test fails if the application does without it
	 */
	private record Invocation(Transport transport,
			boolean required) implements TestTemplateInvocationContext, BeforeEachCallback {

		@Override
		public String getDisplayName(int invocationIndex) {
			return "over " + this.transport;
		}

		@Override
		public List<Extension> getAdditionalExtensions() {
			return List.of(this);
		}

		/**
		 * Comes before the methods of the test, and after the scope has begun.
		 */
		@Override
		public void beforeEach(ExtensionContext context) {
			WebSocketTestClient client = WebSocketTestClientExtension.client(context);
			String whyNot = client.whyNot(this.transport);
			if (whyNot != null && this.required) {
				throw new AssertionFailedError("The test has to run over " + this.transport + ", but " + whyNot);
			}
			if (whyNot != null) {
				throw new TestAbortedException("Not over " + this.transport + ": " + whyNot);
			}
			TestScope scope = TestScope.current();
			if (scope != null) {
				scope.transport(this.transport);
			}
		}

	}

}
