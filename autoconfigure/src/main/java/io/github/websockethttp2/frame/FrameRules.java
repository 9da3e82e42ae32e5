package io.github.websockethttp2.frame;

/**
 * What frames a session accepts. Shared by sessions.
 *
 * @param role which end this is: a server accepts masked frames only, a client others
 * only (RFC 6455, section 5.1)
 * @param extension whether an extension has been negotiated, which gives the reserved
 * bits a meaning
 * @param maxLength the maximum length of a payload in bytes
 */
record FrameRules(Role role, boolean extension, int maxLength) {

}
