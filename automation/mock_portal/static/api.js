// Asks the server, and goes back to signing in when the session is over.

import { busy, t } from "./dom.js";

export const TROUBLE = "Er is iets misgegaan. Probeer het later opnieuw.";

let csrf = "";

async function send(path, body) {
  const request = body === undefined
    ? {}
    : { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: JSON.stringify(body) };
  let response;
  try {
    response = await fetch(`/beheer/api/${path}`, request);
  } catch {
    return { fout: t(TROUBLE) };
  }
  if (response.status === 401) {
    location.assign("/beheer?sessie=verlopen");
    return new Promise(() => {});
  }
  if (response.status === 204) return {};
  try {
    return await response.json();
  } catch {
    return { fout: t(TROUBLE) };
  }
}

/** The answer to a GET, or to a POST when there is a body; with `fout` when the server says no. Under the spinner. */
export const ask = (path, body) => busy(send(path, body));

/** The same without the spinner, for what is looked up while typing. */
export const askQuietly = (path) => send(path);

/** Who is signed in, and for whom. */
export async function startSession() {
  const session = await ask("sessie");
  csrf = session.csrf;
  return session;
}
