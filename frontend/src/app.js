// All that runs on every page. A custom element draws when it is attached and disposes when detached,
// so that swapped fragments need no starting up.

import "./css/app.css";
import "./page/htmx.js";
import "./page/chosen.js";
import "./page/clipped.js";
import "./page/inline.js";
import "./page/looks.js";
import "./page/once.js";
import "./page/menus.js";
import "./page/sections.js";
import "./page/wrong.js";
import { OkapiChart } from "./chart/element.js";
import { OkapiConfidence } from "./elements/confidence.js";
import { OkapiCopy } from "./elements/copy.js";
import { OkapiDialog } from "./elements/dialog.js";
import { OkapiDraft } from "./elements/draft.js";
import { watchSignOut } from "./elements/drafts.js";
import { OkapiDue } from "./elements/due.js";
import { OkapiFilter } from "./elements/filter.js";
import { OkapiFormula } from "./elements/formula.js";
import { OkapiKeys } from "./elements/keys.js";
import { OkapiPalette } from "./elements/palette.js";
import { OkapiPick } from "./elements/pick.js";
import { OkapiRows } from "./elements/rows.js";
import { OkapiTheme } from "./elements/theme.js";
import { OkapiToast } from "./elements/toast.js";
import { OkapiTree } from "./elements/tree.js";
import { OkapiUpload } from "./elements/upload.js";
import { OkapiLive } from "./live/element.js";
import { OkapiMap } from "./map/element.js";

const elements = {
  "okapi-chart": OkapiChart,
  "okapi-confidence": OkapiConfidence,
  "okapi-copy": OkapiCopy,
  "okapi-dialog": OkapiDialog,
  "okapi-draft": OkapiDraft,
  "okapi-due": OkapiDue,
  "okapi-filter": OkapiFilter,
  "okapi-formula": OkapiFormula,
  "okapi-keys": OkapiKeys,
  "okapi-live": OkapiLive,
  "okapi-map": OkapiMap,
  "okapi-palette": OkapiPalette,
  "okapi-pick": OkapiPick,
  "okapi-rows": OkapiRows,
  "okapi-theme": OkapiTheme,
  "okapi-toast": OkapiToast,
  "okapi-tree": OkapiTree,
  "okapi-upload": OkapiUpload,
};

for (const [name, element] of Object.entries(elements)) {
  customElements.define(name, element);
}
watchSignOut();
