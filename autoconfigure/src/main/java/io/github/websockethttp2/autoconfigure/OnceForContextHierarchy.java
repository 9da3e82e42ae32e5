package io.github.websockethttp2.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;

/**
 * {@link ConditionalOnMissingBean} for a bean that applications do not replace, but that
 * serves a context and those below it, such as the context of a management port.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@ConditionalOnMissingBean
@interface OnceForContextHierarchy {

}
