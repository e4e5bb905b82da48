// The options of a list: those that are drawn, and those that exist only when they are scrolled to.

function options(root) {
  for (const kind of OPTIONS) {
    const found = all(root, kind).filter((e) => seen(e) && !isPrompt(e));
    if (found.length) return found;
  }
  return [];
}

/** The one scrolled box that the options of a root lie in; null when all of them are in view. */
function scroller(root) {
  const scrolls = (e) => e.scrollHeight > e.clientHeight + 2 && /auto|scroll/.test(getComputedStyle(e).overflowY);
  let box = options(root)[0] ?? root;
  while (box && box !== document.body) {
    if (scrolls(box)) return box;
    box = box.parentElement;
    if (box && !root.contains(box) && !box.contains(root)) break;
  }
  return null;
}

const topOf = (e, box) => Math.round(e.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop);

function described(e, box) {
  const group = e.closest("[role=group], fieldset");
  const head = group && group.querySelector("legend, [role=presentation], [role=heading]");
  return { ...called(e), disabled: disabled(e), on: on(e), top: box ? topOf(e, box) : null,
    height: e.getBoundingClientRect().height, place: Number(e.getAttribute("aria-posinset") ?? 0),
    group: group ? fold(group.getAttribute("aria-label") ?? ids(group, "aria-labelledby").map((x) => words(x)).join(" "))
      || (head ? words(head) : "") : "" };
}

const offered = (root) => options(root).map((e) => described(e, null));

const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

async function until(condition, milliseconds) {
  const end = performance.now() + milliseconds;
  while (!condition() && performance.now() < end) await frame();
  return condition();
}

const drawn = (root, box) => options(root).some((e) => {
  const [a, b] = [e.getBoundingClientRect(), box.getBoundingClientRect()];
  return a.bottom > b.top + 1 && a.top < b.bottom - 1;
});

/** Waits until a list has stopped growing or moving: measured before, its options are taken for others further on. */
async function settled(root) {
  const moves = (a) => a.playState === "running" && a.effect?.getComputedTiming().endTime < 5000 && a.effect.target
    && (root.contains(a.effect.target) || a.effect.target.contains(root));
  await until(() => !document.getAnimations().some(moves), 1500);
}

/** Every option, also those that exist only when scrolled to, or are fetched then; it is scrolled back after. */
async function offeredInAll(root) {
  await settled(root);
  const box = scroller(root);
  if (!box) return offered(root);
  const [found, stood] = [[], box.scrollTop];
  const note = () => {
    for (const option of options(root).map((e) => described(e, box))) {
      const same = found.some((other) => other.text === option.text && (option.place
        ? other.place === option.place : Math.abs(other.top - option.top) < Math.max(option.height, other.height) / 2));
      if (!same) found.push(option);
    }
  };
  box.scrollTop = 0;
  await until(() => drawn(root, box), 500);
  note();
  for (;;) {
    const [before, height] = [box.scrollTop, box.scrollHeight];
    box.scrollTop += box.clientHeight * 0.7;
    await frame();
    await until(() => drawn(root, box), 500);
    note();
    if (box.scrollTop > before) continue;
    if (!(await until(() => box.scrollHeight > height, 300))) break;
  }
  box.scrollTop = stood;
  return found;
}

/** Whether there is more to the list than what is drawn of it now. */
function drawnInPart(root) {
  const box = scroller(root);
  if (!box) return false;
  const height = options(root).reduce((sum, e) => sum + e.getBoundingClientRect().height, 0);
  return height < box.scrollHeight - box.clientHeight / 2;
}

/** The option that was described, scrolled to, once it is drawn for good; null when it is not there any more. */
async function optionOf(root, wanted) {
  const alike = () => options(root).filter((e) => called(e).text === wanted.text);
  const box = wanted.top === null ? null : scroller(root);
  if (!box) return alike().length === 1 ? alike()[0] : null;
  const there = () => alike().find((e) => Math.abs(topOf(e, box) - wanted.top) <= wanted.height / 2);
  box.scrollTop = wanted.top - box.clientHeight / 2;
  let [found, frames] = [null, 0];
  await until(() => {
    const now = there();
    frames = now && now === found ? frames + 1 : 0;
    found = now;
    return frames > 3;
  }, 1000);
  return found ?? null;
}
