// What the form of a debrief (form/form.js) takes for its host's model. Its messages go through the widget's
// own model; which debrief it is about, the page decides.

const WORDS = { what: "debrief" };

export class DebriefModel {
  // `open(id)` shows another debrief.
  constructor(model, id, place, open) {
    this.model = model;
    this.openOther = open;
    this.values = { question: { id, category: place, number: "", place, told: "debrief" }, words: WORDS };
  }

  get widget_manager() {
    return this.model.widget_manager;
  }

  get(name) {
    return name === "workbook" ? this.model.get(name) : this.values[name];
  }

  on(name, listener) {
    this.model.on(name, listener);
  }

  off(name, listener) {
    this.model.off(name, listener);
  }

  send(message) {
    if (message.type === "open") this.openOther(message.question);
    else this.model.send(message);
  }
}
