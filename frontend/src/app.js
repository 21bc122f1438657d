// All that runs on every page. A custom element draws when it is attached and disposes when detached,
// so that swapped fragments need no starting up.

import "./css/app.css";
import "./page/htmx.js";
import "./page/menus.js";
import { OkapiChart } from "./chart/element.js";
import { OkapiConfidence } from "./elements/confidence.js";
import { OkapiDialog } from "./elements/dialog.js";
import { OkapiDraft } from "./elements/draft.js";
import { OkapiDue } from "./elements/due.js";
import { OkapiFilter } from "./elements/filter.js";
import { OkapiFormula } from "./elements/formula.js";
import { OkapiKeys } from "./elements/keys.js";
import { OkapiTheme } from "./elements/theme.js";
import { OkapiToast } from "./elements/toast.js";
import { OkapiLive } from "./live/element.js";

const elements = {
  "okapi-chart": OkapiChart,
  "okapi-confidence": OkapiConfidence,
  "okapi-dialog": OkapiDialog,
  "okapi-draft": OkapiDraft,
  "okapi-due": OkapiDue,
  "okapi-filter": OkapiFilter,
  "okapi-formula": OkapiFormula,
  "okapi-keys": OkapiKeys,
  "okapi-live": OkapiLive,
  "okapi-theme": OkapiTheme,
  "okapi-toast": OkapiToast,
};

for (const [name, element] of Object.entries(elements)) {
  customElements.define(name, element);
}
