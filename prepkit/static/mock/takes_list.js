// All recordings that are kept: each can be heard, downloaded and deleted.

import { formButton } from "../form/sections.js";
import { element } from "../shared/dom.js";
import { IN_BANK, t, tn } from "../shared/language.js";
import { formatMoment } from "../shared/text.js";
import { hear } from "./listening.js";
import { soft, surely } from "./parts.js";
import { clockOf, sizeText } from "./words.js";

// A file name for a downloaded take.
export const fileName = ({ take, question, mime }) =>
  `${question.replace("/", "-")}-${take}.${mime.startsWith("audio/mp4") ? "m4a" : "webm"}`;

export const download = (name, blob) => {
  const address = URL.createObjectURL(blob);
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
};

// A player for a sound; `addresses` are given back by whoever takes the screen away.
export const player = (sound, label, addresses) => {
  const address = URL.createObjectURL(sound);
  addresses.push(address);
  return element("audio", { className: "pk-player", controls: true, preload: "metadata", "aria-label": label, src: address });
};

const row = (interview, one, redraw) => {
  const said = element("p", { className: "pk-hint", role: "status" });
  const sound = element("div");
  const addresses = [];
  const name = one.text || one.question;
  const when = formatMoment(one.at);
  const withBlob = (work) => async () => {
    try {
      const blob = await interview.shelf.blob(one.take);
      if (blob) await work(blob);
      else said.textContent = t("This recording isn't there any more.");
    } catch (error) {
      said.textContent = error.message;
    }
  };
  const play = withBlob(async (blob) => {
    const audio = player((await hear(blob)).sound, t("Recording of {when}", { when }), addresses);
    sound.replaceChildren(audio);
    audio.play().catch(() => {});
  });
  const remove = async () => {
    try {
      await interview.shelf.drop(one.take);
      for (const address of addresses) URL.revokeObjectURL(address);
      redraw();
    } catch (error) {
      said.textContent = `${t("Not deleted.")} ${error.message}`;
    }
  };
  const length = typeof one.seconds === "number" ? clockOf(one.seconds) : null;
  const facts = [when, length, sizeText(one.size), one.whole === false ? t("not complete") : null];
  return element(
    "li",
    { className: "pk-take" },
    element("div", { className: "pk-take-name" }, element("b", IN_BANK, name), element("span", { className: "pk-hint" }, facts.filter(Boolean).join(" · "))),
    element(
      "div",
      { className: "pk-choices" },
      formButton(t("Play"), play, { "aria-label": t("Play the recording of {when}", { when }) }),
      formButton(t("Download"), withBlob((blob) => download(fileName(one), blob)), {
        "aria-label": t("Download the recording of {when}", { when }),
      }),
      surely(t("Delete"), t("Delete for good?"), remove),
    ),
    sound,
    said,
  );
};

const namedBy = (count, size) =>
  count
    ? tn("Your recordings: {count} recording, {size}", "Your recordings: {count} recordings, {size}", count, {
        size: sizeText(size),
      })
    : t("Your recordings");

export const takesList = (interview) => {
  const list = element("ul", { className: "pk-plain-list" });
  const summary = element("summary", { className: "pk-heading pk-summary" }, t("Your recordings"));
  const note = soft("");
  const fold = element("details", { className: "pk-folded pk-takes" }, summary, note, list);
  const fill = async () => {
    let takes;
    try {
      takes = await interview.shelf.takes();
    } catch (error) {
      note.textContent = error.message;
      return;
    }
    const size = takes.reduce((sum, take) => sum + take.size, 0);
    summary.textContent = namedBy(takes.length, size);
    note.textContent = takes.length ? `${interview.shelf.where}${await interview.shelf.caution()}` : t("No recordings yet.");
    const hadFocus = list.contains(document.activeElement);
    list.replaceChildren(...takes.map((take) => row(interview, take, fill)));
    if (hadFocus) summary.focus(); // what had it may be gone
  };
  const { recordings } = interview.offer ?? {};
  if (recordings) summary.textContent = namedBy(recordings.count, recordings.bytes);
  fold.addEventListener("toggle", () => fold.open && fill());
  return fold;
};
