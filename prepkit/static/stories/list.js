// The list of stories: those in use, and, folded away, those that were put away.

import { button, element } from "../shared/dom.js";
import { pluralize } from "../shared/text.js";

const UNTITLED = "Untitled story";

export const titleOf = ({ title }) => title || UNTITLED;

const aboutOf = ({ state, words, questions }) =>
  [state, words ? pluralize(words, "word") : null, questions.length ? pluralize(questions.length, "question") : "no question yet"]
    .filter(Boolean)
    .join(" · ");

const openItem = (story, isOpen, open) =>
  element(
    "li",
    {},
    button("", () => open(story.id), {
      className: "pk-story",
      "aria-current": isOpen ? "true" : null,
      "data-story": story.id,
    }),
  );

const fill = (item, story) => {
  item.firstChild.replaceChildren(
    element("span", { className: "pk-story-title", dir: "auto" }, titleOf(story)),
    element("span", { className: "pk-story-about" }, aboutOf(story)),
    story.tags.length ? element("span", { className: "pk-story-tags", dir: "auto" }, story.tags.join(", ")) : "",
  );
  return item;
};

const awayItem = (story, bringBack) =>
  element(
    "li",
    { className: "pk-away" },
    element("span", { dir: "auto" }, titleOf(story)),
    button("Bring back", () => bringBack(story.id), {
      className: "pk-button pk-quiet",
      "aria-label": `Bring back: ${titleOf(story)}`,
    }),
  );

// `stories` as the host lists them; `shown` is the id of the one in the form.
export const storyList = (stories, shown, { open, bringBack, unfolded }) => {
  const used = stories.filter(({ away }) => !away);
  const away = stories.filter((story) => story.away);
  return [
    element(
      "ul",
      { className: "pk-list-of-stories", role: "list", "aria-label": "Your stories" },
      ...used.map((story) => fill(openItem(story, story.id === shown, open), story)),
    ),
    away.length
      ? element(
          "details",
          { className: "pk-put-away", open: unfolded },
          element("summary", {}, `Put away (${away.length})`),
          element("ul", { role: "list" }, ...away.map((story) => awayItem(story, bringBack))),
        )
      : null,
  ].filter(Boolean);
};
