/** Wires the page of the city office together. */
import { watchInput } from "./panel/input";
import { OfficePage } from "./panel/office/page";
import { openPage } from "./panel/openPage";
import { SignedIn } from "./workbench/session";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/map.css";
import "./styles/panel.css";
import "./styles/editor.css";
import "./styles/workbench.css";
import "./styles/workbenchPanel.css";
import "./styles/officeFiling.css";
import "./styles/office.css";
import "./styles/officePrint.css";

const signedIn = new SignedIn();
watchInput();
openPage({ here: "office", title: "nav.office", signedIn, build: (city) => new OfficePage(city, signedIn) });
