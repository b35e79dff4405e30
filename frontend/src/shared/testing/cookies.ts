/** Sets a cookie as the server would. */
export function setCookie(cookie: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: jsdom has no Cookie Store, and a test stands in for the server.
  document.cookie = cookie;
}
