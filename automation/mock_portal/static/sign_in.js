// The sign-in pages: a form is sent once, under the spinner.

import { askForCookies } from "./cookies.js";
import { busy } from "./dom.js";

askForCookies();
document.querySelector("form")?.addEventListener("submit", () => busy(new Promise(() => {})));
