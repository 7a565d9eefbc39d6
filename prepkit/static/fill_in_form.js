// The form of one question in a notebook that is handed in, with what a coach wrote beside the parts that it
// is about: the model's `question` has it in `comments`.

import { withHearing } from "./shared/hearing.js";
import { remarksOn } from "./form/remarks.js";
import { renderForm } from "./star_form.js";

export const render = ({ model, el }) => renderForm({ model, el, remarksOn });

export default withHearing({ render });
