// What the form of a story takes for its host's model. Its messages go through the widget's own model; what it
// shows, and what is done with its questions, comes from the page of stories.

export const WORDS = { what: "story" };

export class StoryModel {
  // `given` has what the form asks for by name, besides the question; `open(story)` shows another story.
  constructor(model, content, { open, ...given }) {
    this.model = model;
    this.values = { ...given, question: content, embedded: true, rehearses: false, heading: 4, words: WORDS };
    this.openOther = open;
    this.listeners = new Set();
  }

  get widget_manager() {
    return this.model.widget_manager;
  }

  get(name) {
    return name === "workbook" ? this.model.get(name) : this.values[name];
  }

  on(name, listener) {
    if (name === "change:question") this.listeners.add(listener);
    else if (name === "msg:custom") this.model.on(name, listener);
  }

  off(name, listener) {
    if (name === "change:question") this.listeners.delete(listener);
    else if (name === "msg:custom") this.model.off(name, listener);
  }

  send(message) {
    if (message.type === "open") this.openOther(message.question);
    else this.model.send(message);
  }

  // Shows the story as it is now: the form is made again.
  change(content) {
    this.values.question = content;
    for (const listener of [...this.listeners]) listener();
  }
}
