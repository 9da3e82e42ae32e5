package io.github.websockethttp2.sample.certificate;

import java.nio.file.Path;
import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Serves with a {@link SelfSignedCertificate} unless {@code server.ssl} is configured.
 */
class SelfSignedCertificateEnvironmentPostProcessor implements EnvironmentPostProcessor {

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (Binder.get(environment).bind("server.ssl", Bindable.mapOf(String.class, Object.class)).isBound()) {
			return;
		}
		Path directory = Path.of(environment.getRequiredProperty("sample.certificate-directory"));
		SelfSignedCertificate certificate = SelfSignedCertificate.keptIn(directory);
		environment.getPropertySources()
			.addLast(new MapPropertySource("selfSignedCertificate",
					Map.of("server.ssl.key-store", certificate.keyStore().toUri().toString(),
							"server.ssl.key-store-type", "PKCS12", "server.ssl.key-store-password",
							certificate.password())));
	}

}
