// The page to try the API loads this beside app.js; no other page does.

import { OkapiApi } from "./api/element.js";

customElements.define("okapi-api", OkapiApi);
