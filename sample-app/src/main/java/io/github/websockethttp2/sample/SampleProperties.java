package io.github.websockethttp2.sample;

import java.nio.file.Path;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set of the sample.
 *
 * @param http1Port the port of the listener that speaks HTTP/1.1 only, 0 for any free one
 * @param certificateDirectory where the certificate is kept that the sample makes for
 * itself
 */
@ConfigurationProperties("sample")
record SampleProperties(@DefaultValue("8444") int http1Port, @DefaultValue(".certificate") Path certificateDirectory) {
}
