// Keeps the keys of the view before this script: a table that can be scrolled, and its links, can be focused.

import { keepKeys } from "./shared/keys.js";

keepKeys(document.currentScript.previousElementSibling);
