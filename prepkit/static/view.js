// Keeps the keys of the view before this script: a table that can be scrolled, and its links, can be focused.
// Questions named in it become links.

import { keepKeys } from "./shared/keys.js";
import { linkQuestions } from "./shared/open_question.js";

const view = document.currentScript.previousElementSibling;

keepKeys(view);
linkQuestions(view);
