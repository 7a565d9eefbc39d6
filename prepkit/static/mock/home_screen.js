// Before the first question: which interview, whether it is recorded, and what earlier visits have left.

import { formButton } from "../form/sections.js";
import { element } from "../shared/dom.js";
import { IN_BANK, t, tn } from "../shared/language.js";
import { formatMoment } from "../shared/text.js";
import { actions, alarm, allow, labelled, select, soft, sourceLink, strong, surely, text, tick } from "./parts.js";
import { takesList } from "./takes_list.js";
import { NO_VOICE } from "./voices.js";
import { clockOf } from "./words.js";

const ANY = "";

const aboutRound = ({ about, source }, note) =>
  source ? [about, " ", sourceLink(source), note ? ` ${note}` : ""] : [about].filter(Boolean);

// A company's own rounds come first.
const roundOptions = (general, own) => {
  const options = (rounds) => rounds.map(({ id, title }) => [id, title]);
  if (!own.length) return options(general);
  return [[null, t("Rounds at {company}", own[0]), options(own)], [null, t("General rounds"), options(general)]];
};

// The choices, kept in `interview.choose`.
const choices = (interview, redraw) => {
  const { offer, choose } = interview;
  const own = offer.rounds.filter(({ company }) => company && company === choose.company);
  const general = offer.rounds.filter(({ company }) => !company);
  const rounds = [...general, ...own];
  const round = rounds.find(({ id }) => id === choose.round) ?? rounds[0];
  choose.round = round.id;
  if (!round.minutes.includes(choose.minutes)) [choose.minutes] = round.minutes;
  const set = (name, read) => (value) => {
    choose[name] = read(value);
    redraw();
  };
  const orNull = (value) => (value === ANY ? null : value);
  const about = aboutRound(round, offer.note);
  return element(
    "div",
    { className: "pk-setup" },
    labelled(
      t("Company"),
      select([[ANY, t("Any company")], ...offer.companies.map((name) => [name, name])], choose.company ?? ANY, set("company", orNull)),
    ),
    labelled(t("Level"), select([[ANY, t("Any level")], ...offer.levels.map(({ id, title }) => [id, title])], choose.level ?? ANY, set("level", orNull))),
    labelled(t("Round"), select(roundOptions(general, own), choose.round, set("round", String))),
    labelled(t("Length"), select(round.minutes.map((one) => [String(one), tn("{count} minute", "{count} minutes", one)]), String(choose.minutes), set("minutes", Number))),
    about.length ? element("p", { className: "pk-hint pk-about-round" }, ...about) : null,
  );
};

// Whether questions are read out. The choice is there only while this device has a voice.
const voiceChoice = (interview) => {
  const place = element("div", { className: "pk-voice" });
  const show = (voice) => {
    const box = tick(t("Read the questions out loud"), interview.choose.voice, (on) => {
      interview.choose.voice = on;
    });
    if (!voice) interview.choose.voice = false;
    place.replaceChildren(voice ? box : soft(NO_VOICE));
  };
  return { place, unfollow: interview.speaker.follow(show) };
};

// An attempt that a closed page has left.
const unfinished = (interview, draft) => {
  const { question, attempt } = draft;
  const when = formatMoment(attempt.started_at);
  return element(
    "li",
    { className: "pk-left-over" },
    text(element("b", IN_BANK, question.text), ` ${when}, ${clockOf(attempt.seconds)}`),
    actions(
      strong(attempt.take ? t("Listen and rate") : t("Rate it"), () => interview.reopen(draft)),
      surely(t("Delete it"), t("Delete this attempt?"), () => interview.discard(draft)),
    ),
  );
};

const leftOvers = (interview) => {
  const drafts = interview.unfinished ?? [];
  if (!drafts.length) return null;
  const said = interview.left?.some(({ whole }) => !whole)
    ? t("The page was closed in the middle. What you said until then is kept {place}.", interview.shelf)
    : t("You haven't rated this yet.");
  return element(
    "section",
    { className: "pk-news" },
    element("h3", { className: "pk-heading" }, t("From last time")),
    text(said),
    element("ul", { className: "pk-plain-list" }, ...drafts.map((draft) => unfinished(interview, draft))),
  );
};

const RECORDING = t(
  "If you record, this browser asks for the microphone at your first answer. Only your voice is recorded, and only while the red dot is on.",
);

export const homeScreen = (interview) => {
  const { offer } = interview;
  const heading = element("h2", { className: "pk-question", tabindex: "-1" }, t("Set up your interview"));
  if (!offer) return { nodes: [heading, soft(interview.trouble ?? t("Getting the rounds …"))] };
  interview.followPlan();
  const { place, unfollow } = voiceChoice(interview);
  const said = element("p", { className: "pk-alarm", role: "status", hidden: true });
  let isBusy = false;
  const hold = (whether) => {
    isBusy = whether;
    for (const each of buttons) allow(each, !whether);
  };
  const begin = async (record) => {
    if (isBusy) return;
    said.hidden = true;
    hold(true);
    try {
      await interview.begin(record);
    } catch (error) {
      if (error.message !== "over") said.textContent = `${t("The interview didn't begin.")} ${error.message}`;
      said.hidden = false;
    } finally {
      hold(false);
    }
  };
  const buttons = [
    strong(t("Begin, and record my answers"), () => begin(true)),
    formButton(t("Begin with the clock only"), () => begin(false)),
  ];
  const setup = element("div");
  const redraw = () => setup.replaceChildren(choices(interview, redrawAndFocus));
  const redrawAndFocus = () => {
    const at = [...setup.querySelectorAll("select")].indexOf(document.activeElement);
    redraw();
    setup.querySelectorAll("select")[at]?.focus();
  };
  redraw();
  const nodes = [
    heading,
    soft(t("One question at a time: time to think, a clock, follow-ups. Then listen back, and rate it.")),
    leftOvers(interview),
    setup,
    place,
    soft(`${interview.shelf.where} ${RECORDING}`),
    actions(...buttons),
    said,
    alarm(interview.trouble),
    takesList(interview),
  ];
  return { nodes, leave: unfollow };
};
