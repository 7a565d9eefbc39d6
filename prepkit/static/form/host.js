import { t } from "../shared/language.js";
import { sentence } from "../shared/text.js";

// What the form says about its host: a notebook, unless the host brings words of its own. `silent` and
// `gone` say why something wasn't saved or loaded, `wait` and `again` what to do then; `recorded` is
// said after a rehearsal where the host doesn't tell when the question comes back; `what` is written. A host
// that keeps texts only as long as the page is open says so in `unkept`.
//
// A candidate never sees the cell and the kernel behind the form: it is all "the workbook" to them.
export const HOST_WORDS = {
  silent: "the workbook isn't responding.",
  wait: "If this message stays, choose Run > Run All Cells.",
  gone: "the workbook has stopped or was restarted.",
  again: "Choose Run > Run All Cells.",
  recorded: "Saved.",
  what: t("answer"),
};

// The state of the kernel, as far as a widget can know it; `dead` is whether a message could not be sent.
export const kernelState = (model, dead) => {
  const kernel = model.widget_manager?.kernel;
  if (dead || kernel?.isDisposed) return "gone";
  if (!kernel) return "unknown";
  if (kernel.connectionStatus && kernel.connectionStatus !== "connected") return "unreachable";
  return kernel.status;
};

// What a host's error says, and what to do about it.
export const whatIsWrong = ({ message, remedy }) => (remedy ? `${sentence(message)} ${remedy}.` : sentence(message));

const GONE = ["gone", "dead", "terminating"];
const BUSY = ["busy", "starting", "restarting", "autorestarting"];

// Why a host doesn't answer, and what to do about it, as far as that can be known from here. `act` is what
// happens by itself later, such as "save".
export const hostTrouble = ({ gone, again, silent, wait }, kernel, act) => {
  if (GONE.includes(kernel)) return { why: gone, remedy: again };
  if (kernel === "unreachable") {
    return {
      why: "there is no connection to the workbook.",
      remedy: `If you closed it, start it again; it will ${act} itself.`,
    };
  }
  if (BUSY.includes(kernel)) {
    return { why: "the workbook is busy.", remedy: `It will ${act} itself in a moment.` };
  }
  // "idle" says nothing: one thread of the kernel may be idle while a cell runs in another.
  return { why: silent, remedy: wait };
};
