// What a portal marks as wrong, and its words for that; stands after elements.js.

const MARKABLE = `${FIELD}, [aria-invalid], [aria-errormessage], [role=combobox], [role=spinbutton]`;
const BOXES = "body, form, main, section, fieldset, dialog, [role=dialog], [role=group], [role=radiogroup], tr, table, ul, ol";

/** Whether it says so itself. A field that is required and empty was not filled in; that alone does not make it wrong. */
const saysWrong = (e) => !["false", ""].includes(e.getAttribute("aria-invalid") ?? "")
  || Boolean(e.willValidate && !e.validity.valid && !e.validity.valueMissing);

const textsOf = (elements) => elements.filter(visible).map((e) => words(e)).filter(Boolean);
const isAlert = (e) => Boolean(e.closest("[role=alert]") ?? e.querySelector("[role=alert]"));

/** The errors that belong to a field: named by it, or in the box that is its alone. */
function errorsOf(e) {
  const named = [...ids(e, "aria-errormessage"), ...ids(e, "aria-describedby").filter(isAlert)];
  let box = e;
  for (let outer = e.parentElement, up = 0; outer && up < 3 && !outer.matches(BOXES); outer = outer.parentElement, up += 1) {
    if (all(outer, `${FIELD}, button, [role=button]`).some((x) => x !== e && !e.contains(x) && !x.contains(e) && visible(x))) break;
    box = outer;
  }
  return textsOf([...new Set([...named, ...(box === e ? [] : all(box, "[role=alert]"))])]);
}

/** The portal's words where these elements are marked as wrong, empty where it has none; null where they are not. */
function markOn(parts) {
  const errors = [...new Set(parts.flatMap(errorsOf))];
  const marked = parts.filter(saysWrong);
  if (!errors.length && !marked.length) return null;
  const described = textsOf(marked.flatMap((e) => ids(e, "aria-describedby")));
  return (errors.length ? errors : described.length ? described : marked.map((e) => e.validationMessage ?? "").filter(Boolean)).join(" ");
}

/** The mark on a control that was operated, once the page has drawn it: on it, its parts, or the group it is one of. */
async function markOf(element) {
  await frame();
  if (!element.isConnected) return null;
  const group = element.matches(`${TURNED}, [role=spinbutton]`) ? element.closest("[role=radiogroup], [role=group], fieldset") : null;
  return markOn([...new Set([element, widget(element), ...all(element, MARKABLE), ...(group ? [group] : [])])]);
}

const nameOf = (e) => (e.getAttribute("aria-label") ?? "") || ids(e, "aria-labelledby").map((x) => words(x)).join(" ")
  || (e.matches("input, select, textarea") ? called(e).title : words(e.querySelector("legend") ?? e)).slice(0, 60) || (e.getAttribute("name") ?? "");

/** Every visible field that is marked as wrong, as [name, words]; empty ones left out where `filled`. */
async function marks(root, filled) {
  await frame();
  const fields = all(root, MARKABLE).filter((e) => seen(e) && (!filled || !("value" in e) || e.value !== ""));
  const found = fields.map((e) => [e, markOn([e])]).filter(([, mark]) => mark !== null);
  return found.filter(([e]) => !found.some(([other]) => other !== e && other.contains(e)))
    .map(([e, mark]) => [nameOf(e), mark]);
}
